//! The external connections, their picture and the merge plan.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params};
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page};
use super::registers::{self, Gone, Listed, Target, calls};
use super::systems::PartyJson;
use crate::AppState;
use crate::connections::{merge, picture};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::connection::{Connection, MergePlan};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_model::text::Text;
use utoipa::{IntoParams, ToSchema};

impl Listed for Connection {
    const MUST: &'static [&'static str] = &["name", "kind"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        let mut targets: Vec<_> = self.systems.iter().map(|id| ("systems", Target::System(*id))).collect();
        targets.extend(Target::of(self.other_end.as_ref()).map(|target| ("other_end", target)));
        targets.extend(Target::of(self.device.whose.as_ref()).map(|target| ("device", target)));
        targets.extend(self.contract.map(|id| ("contract", Target::Vendor(id))));
        targets
    }

    fn faults(&self, catalogue: &Catalogue) -> Vec<Wrong> {
        if catalogue.connections.kind(&self.kind).is_some() {
            return Vec::new();
        }
        let known: Vec<&str> = catalogue.connections.types.iter().map(|kind| kind.id.as_str()).collect();
        let known = known.join(", ");
        vec![Wrong::field("kind", Text::new(format!("次のどれかです：{known}"), format!("Must be one of {known}.")))]
    }
}

/// Somebody to call.
#[derive(ToSchema)]
#[schema(as = Reachable)]
#[expect(dead_code, reason = "describes the body; the model reads it")]
pub(super) struct ReachableJson {
    /// Name, and department where known.
    name: Option<String>,
    /// Telephone, as dialled.
    phone: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// When they answer.
    hours: Option<String>,
}

/// The device at the end of a line, on the house's side.
#[derive(ToSchema)]
#[schema(as = LineDevice)]
#[expect(dead_code, reason = "describes the body; the model reads it")]
pub(super) struct LineDeviceJson {
    /// Whose it is.
    whose: Option<PartyJson>,
    /// Maker.
    maker: Option<String>,
    /// Model.
    model: Option<String>,
    /// Version of its firmware.
    firmware: Option<String>,
    /// The day that firmware was put on.
    #[schema(format = "date")]
    firmware_date: Option<String>,
}

/// An external connection point. What is absent is "not known".
#[derive(ToSchema)]
#[schema(as = Connection, examples(json!({
    "name": "電子カルテ保守VPN", "kind": "ext-vendor-vpn", "medium": "internet_ipsec", "authentication": "two_factor",
})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct ConnectionJson {
    /// As people call it.
    name: String,
    /// What kind it is: `ext-vendor-vpn` …
    kind: String,
    /// Who is at the other end.
    other_end: Option<PartyJson>,
    /// What it is for.
    purpose: Option<String>,
    /// The systems it serves.
    systems: Option<Vec<String>>,
    /// The network segment it ends in.
    segment: Option<String>,
    /// `leased_line`, `ip_vpn`, `internet_ipsec`, `internet_ssl_vpn`, `tls`, `direct_lan`, `telephone`, `other`.
    medium: Option<String>,
    /// The device at its end.
    device: Option<LineDeviceJson>,
    /// Who opens the conversation: `inward`, `outward`, `both`, `unknown`.
    direction: Option<String>,
    /// `none`, `shared_password`, `personal_password`, `certificate`, `two_factor`, `unknown`.
    authentication: Option<String>,
    /// Whether only agreed origins may come in: `yes`, `no`, `unknown`.
    source_restriction: Option<String>,
    /// Which, or why none.
    source_note: Option<String>,
    /// Whether it is kept apart from the network of the medical record: `yes`, `no`, `unknown`.
    separated: Option<String>,
    /// When it is open: `always`, `on_demand`, `unknown`.
    opening: Option<String>,
    /// Who opens it.
    opened_by: Option<String>,
    /// The day it was last used.
    #[schema(format = "date")]
    last_use: Option<String>,
    /// Whether it is written down who came in: `yes`, `no`, `unknown`.
    logs: Option<String>,
    /// Where, and for how long.
    logs_note: Option<String>,
    /// Who can cut it.
    cutter: Option<ReachableJson>,
    /// Who can cut it at night and on holidays.
    cutter_at_night: Option<ReachableJson>,
    /// How: which cable, which switch.
    how_to_cut: Option<String>,
    /// The vendor with whom the contract is.
    #[schema(format = "uuid")]
    contract: Option<String>,
    /// A remark.
    note: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    #[schema(write_only)]
    expected_version: Option<i64>,
    /// Id.
    #[schema(read_only, format = "uuid")]
    id: Option<String>,
    /// Rises with every change; the `ETag` holds it, too.
    #[schema(read_only)]
    version: Option<i64>,
    /// When it last changed.
    #[schema(read_only, format = "date-time")]
    changed_at: Option<String>,
}

/// A connection in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtConnection {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The connection's id.
    #[param(format = "uuid")]
    connection: String,
}

calls! {
    Connection as ConnectionJson at AtConnection, tag "ledger", under "connections",
    list "/api/v1/facilities/{facility}/connections" "listConnections" "The external connections",
    add "createConnection" "Adds a connection",
    one "/api/v1/facilities/{facility}/connections/{connection}" "showConnection" "One connection",
    change "changeConnection" "Changes a connection",
    retire "retireConnection" "Takes a connection out of use"
}

/// The picture of all connections
///
/// With telephone numbers and weak points: every fetch is entered in the log.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/connections/picture.svg", operation_id = "connectionPicture",
    tag = "ledger", params(AtFacility),
    responses((status = 200, description = "The picture", body = FileBytes, content_type = "image/svg+xml"),
        Refused, NotThere))]
pub(super) async fn picture_svg(State(app): State<AppState>, caller: Caller) -> Result<Response, Fault> {
    let svg = picture::svg_text(&app, &caller).await?;
    picture::exported(&app, &caller, "connections.svg").await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// Which connections could come in by one watched gateway
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/connections/merge-plan", operation_id = "mergePlan",
    tag = "ledger", params(AtFacility),
    responses((status = 200, body = Object,
        description = "`steps` in their order, each with its `fate` (`moves`, `open`, `stays`), and the entrances `before` and `after`"),
        Refused, NotThere))]
pub(super) async fn merge_plan(State(app): State<AppState>, caller: Caller) -> Result<Json<MergePlan>, Fault> {
    Ok(Json(merge::plan(&app, &caller).await?))
}
