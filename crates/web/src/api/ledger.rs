//! The ledger of devices.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params, etag, if_match, is_known};
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::Page;
use crate::AppState;
use crate::ledger::plan::{Plan, Typed};
use crate::ledger::{export, names};
use crate::results::press;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_documents::ledger_csv;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{Asset, AssetKind, Column, KeptAsset};
use hakutaku_model::text::Text;
use hakutaku_store::{AssetChange, AssetFilter, AssetQuery, Direction, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Rows of a piece.
const USUAL: u32 = 50;
const MOST: u32 = 1_000;

/// A device of a facility in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
struct AtDevice {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The device's id.
    #[param(format = "uuid")]
    asset: String,
}

/// A device or service. An empty text or `null` means "not known".
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device, examples(json!({
    "id": "0193a1b2-0000-7000-8000-000000000003", "version": 1, "number": "S-001", "name": "電子カルテDB",
    "kind": "server", "system": null, "system_name": null, "owner": "情報システム課", "place": "本館3階 サーバ室",
    "maker": "", "model": "", "serial": "SN-1", "os": "Red Hat Enterprise Linux 9.4", "firmware": "",
    "support_ends": "2032-05-31", "ip": "10.10.0.5", "mac": "", "segment": "診療系", "remote_maintenance": true,
    "vendor": null, "vendor_name": null, "rto_hours": 4, "rpo_hours": 24, "clinical_importance": 1,
    "recovery_order": 2, "last_seen": "2026-11-01", "note": "", "documents": [],
    "created_at": "2026-11-21T01:00:00.000000Z", "changed_at": "2026-11-21T01:00:00.000000Z",
    "changed_by": "佐藤", "retired_at": null,
})))]
pub(crate) struct DeviceJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
    /// Management number; no two devices in use have the same.
    number: String,
    /// What it is called.
    name: String,
    /// `server`, `terminal`, `network_device`, `medical_device`, `cloud_service` or `other`.
    kind: &'static str,
    /// Id of the system it serves.
    #[schema(required = true, format = "uuid")]
    system: Option<String>,
    /// Its name.
    #[schema(required = true)]
    system_name: Option<String>,
    /// Department or person that owns it.
    owner: String,
    /// Building, floor, room, rack.
    place: String,
    /// Maker.
    maker: String,
    /// Model or product.
    model: String,
    /// Serial number.
    serial: String,
    /// Operating system with its version.
    os: String,
    /// Firmware or software version.
    firmware: String,
    /// The last day of the maker's support.
    #[schema(required = true, format = "date")]
    support_ends: Option<String>,
    /// IP addresses, separated by spaces.
    ip: String,
    /// MAC address.
    mac: String,
    /// Network segment.
    segment: String,
    /// Whether a vendor maintains it from outside; `null`: nobody said.
    #[schema(required = true)]
    remote_maintenance: Option<bool>,
    /// Id of the vendor of the facility's register that maintains it.
    #[schema(required = true, format = "uuid")]
    vendor: Option<String>,
    /// Its name.
    #[schema(required = true)]
    vendor_name: Option<String>,
    /// Hours until it must be back.
    #[schema(required = true)]
    rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    #[schema(required = true)]
    rpo_hours: Option<u32>,
    /// Rank by harm to patients while it is down: 1 is the worst.
    #[schema(required = true)]
    clinical_importance: Option<u16>,
    /// In which order it is restarted: 1 is first.
    #[schema(required = true)]
    recovery_order: Option<u16>,
    /// The day it was last seen.
    #[schema(required = true, format = "date")]
    last_seen: Option<String>,
    /// A remark.
    note: String,
    /// Ids of its photos and documents.
    documents: Vec<String>,
    /// When it was written down.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    changed_at: String,
    /// Who changed it last.
    changed_by: String,
    /// Since when it is out of the ledger.
    #[schema(required = true, format = "date-time")]
    retired_at: Option<String>,
}

impl DeviceJson {
    fn of(row: KeptAsset, names: &Names) -> Self {
        let KeptAsset { id, version, asset, created_at, changed_at, changed_by, retired_at } = row;
        Self {
            id: id.to_string(),
            version,
            kind: asset.kind.key(),
            system_name: asset.system.and_then(|id| names.system(id)).map(str::to_owned),
            system: asset.system.map(|id| id.to_string()),
            vendor_name: asset.vendor.and_then(|id| names.vendor(id)).map(str::to_owned),
            vendor: asset.vendor.map(|id| id.to_string()),
            support_ends: asset.support_ends.map(|day| day.to_string()),
            last_seen: asset.last_seen.map(|day| day.to_string()),
            remote_maintenance: asset.remote_maintenance,
            rto_hours: asset.rto_hours,
            rpo_hours: asset.rpo_hours,
            clinical_importance: asset.clinical_importance,
            recovery_order: asset.recovery_order,
            documents: asset.documents.iter().map(ToString::to_string).collect(),
            number: asset.number,
            name: asset.name,
            owner: asset.owner,
            place: asset.place,
            maker: asset.maker,
            model: asset.model,
            serial: asset.serial,
            os: asset.os,
            firmware: asset.firmware,
            ip: asset.ip,
            mac: asset.mac,
            segment: asset.segment,
            note: asset.note,
            created_at: created_at.to_string(),
            changed_at: changed_at.to_string(),
            changed_by,
            retired_at: retired_at.map(|at| at.to_string()),
        }
    }
}

/// What is written about a device. Whatever is absent is not known.
///
/// Texts are read as on the pages: dates with eras, full-width digits, systems and vendors by name or id.
#[derive(ToSchema)]
#[schema(as = NewDevice, examples(json!({
    "number": "S-001", "name": "電子カルテDB", "kind": "server", "owner": "情報システム課",
    "support_ends": "2032-05-31", "remote_maintenance": true, "rto_hours": 4,
})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewDeviceJson {
    /// Management number. Number, name or serial number must be given.
    number: Option<String>,
    /// What it is called.
    name: Option<String>,
    /// `server`, `terminal`, `network_device`, `medical_device`, `cloud_service` or `other`; `other` if absent.
    kind: Option<String>,
    /// Id or name of a system of the facility.
    system: Option<String>,
    /// Department or person that owns it.
    owner: Option<String>,
    /// Building, floor, room, rack.
    place: Option<String>,
    /// Maker.
    maker: Option<String>,
    /// Model or product.
    model: Option<String>,
    /// Serial number.
    serial: Option<String>,
    /// Operating system with its version.
    os: Option<String>,
    /// Firmware or software version.
    firmware: Option<String>,
    /// The last day of the maker's support.
    support_ends: Option<String>,
    /// IP addresses, separated by spaces.
    ip: Option<String>,
    /// MAC address.
    mac: Option<String>,
    /// Network segment.
    segment: Option<String>,
    /// Whether a vendor maintains it from outside.
    remote_maintenance: Option<bool>,
    /// Id or name of a vendor of the facility's register.
    vendor: Option<String>,
    /// Hours until it must be back.
    rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    rpo_hours: Option<u32>,
    /// Rank by harm to patients: 1 is the worst.
    clinical_importance: Option<u16>,
    /// In which order it is restarted.
    recovery_order: Option<u16>,
    /// The day it was last seen.
    last_seen: Option<String>,
    /// A remark.
    note: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// Which devices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Words that must all stand in the row; width, kana and case do not matter.
    q: Option<String>,
    /// Kinds, separated by commas.
    kind: Option<String>,
    /// What must be missing or due, separated by commas: `no_owner`, `no_place`, `support_ended`, `support_unknown`,
    /// `version_unknown`, `remotely_maintained`, `remote_unknown`, `no_system`.
    mark: Option<String>,
    /// Id of the system served.
    #[param(format = "uuid")]
    system: Option<String>,
    /// Id of the vendor that maintains it.
    #[param(format = "uuid")]
    vendor: Option<String>,
    /// `retired` for devices out of the ledger.
    state: Option<String>,
    /// A member to sort by, with `-` before it for the largest first; what is not known comes last either way.
    sort: Option<String>,
    /// How many at most, 1 to 1000; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next` of the piece before.
    cursor: Option<String>,
}

/// Reads what is asked; everything wrong is said at once.
fn query(asked: &Asked, app: &AppState) -> Result<AssetQuery, Fault> {
    let mut wrong = Vec::new();
    let mut say = |name: &str, ja: &str, en: &str| wrong.push(Wrong::field(name, Text::new(ja, en)));
    let mut query = AssetQuery { limit: USUAL, ..AssetQuery::new(app.now().date_in_japan()) };
    query.text = asked.q.clone().unwrap_or_default();
    if query.text.chars().count() > 200 {
        say("q", "200字までです。", "May have 200 characters at most.");
    }
    let parts = |text: &Option<String>| -> Vec<String> {
        text.iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for key in parts(&asked.kind) {
        match AssetKind::from_key(&key) {
            Some(kind) => query.kinds.push(kind),
            None => say("kind", "種類の名前ではありません。", "Is none of the kinds."),
        }
    }
    for key in parts(&asked.mark) {
        match Mark::from_key(&key) {
            Some(mark) => query.marks.push(mark),
            None => say("mark", "この印はありません。", "Is none of the marks."),
        }
    }
    let registers: [(_, _, fn(_) -> AssetFilter); 2] =
        [("system", &asked.system, AssetFilter::System), ("vendor", &asked.vendor, AssetFilter::Vendor)];
    for (name, text, filter) in registers {
        match text.as_deref().map(str::parse) {
            None => {}
            Some(Ok(id)) => query.filters.push(filter(id)),
            Some(Err(_)) => say(name, "IDではありません。", "Is not an id."),
        }
    }
    match asked.state.as_deref() {
        None | Some("" | "in_use") => {}
        Some("retired") => query.retired = true,
        Some(_) => say("state", "retired か in_use です。", "Must be \"retired\" or \"in_use\"."),
    }
    if let Some(sort) = asked.sort.as_deref().filter(|sort| !sort.is_empty()) {
        let (key, direction) = match sort.strip_prefix('-') {
            Some(key) => (key, Direction::Down),
            None => (sort, Direction::Up),
        };
        match Column::from_key(key).filter(|column| *column != Column::Note) {
            Some(column) => query.sort = Some((column, direction)),
            None => say("sort", "この項目では並べ替えられません。", "Cannot be sorted by."),
        }
    }
    match asked.limit.as_deref().map(str::parse::<u32>) {
        None => {}
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => query.limit = limit,
        Some(_) => say("limit", "1から1000までの整数です。", "Must be a whole number from 1 to 1000."),
    }
    match asked.cursor.as_deref() {
        None | Some("") => {}
        Some(cursor) => {
            let read = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| serde_json::from_slice::<u32>(&bytes).ok());
            match read {
                Some(offset) => query.offset = u64::from(offset),
                None => say(
                    "cursor",
                    "前の応答の next をそのまま入れてください。",
                    "Must be the \"next\" of an earlier answer, unchanged.",
                ),
            }
        }
    }
    if wrong.is_empty() { Ok(query) } else { Err(Fault::wrong(wrong)) }
}

/// The devices
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger", operation_id = "listDevices", tag = "ledger",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, in the order asked for or as they were written down",
        body = Page<DeviceJson>), RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<DeviceJson>>, Fault> {
    let facility = caller.place()?.id;
    let query = query(&asked, &app)?;
    let page = app.store.assets_page(facility, &query).await?;
    let names = names(&app, facility).await?;
    let end = query.offset + u64::try_from(page.rows.len()).unwrap_or_default();
    let next = (end < page.total).then(|| URL_SAFE_NO_PAD.encode(end.to_string()));
    let items = page.rows.into_iter().map(|row| DeviceJson::of(row, &names)).collect();
    Ok(Json(Page { items, next }))
}

/// The cells of a body.
fn cells(fields: &mut Fields) -> BTreeMap<Column, String> {
    let mut cells = BTreeMap::new();
    for column in Column::ALL {
        let text = match fields.any(column.key()) {
            None => continue,
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => if yes { "yes" } else { "no" }.to_owned(),
            Some(_) => {
                fields.wrong(column.key(), "文字か数字で入れてください。", "Must be text or a number.");
                continue;
            }
        };
        cells.insert(column, text);
    }
    cells
}

/// What is wrong with the row, member by member.
fn faults(plan: &Plan) -> Option<Fault> {
    let wrong = |fault: &hakutaku_model::ledger::check::Fault| Wrong::field(fault.column.key(), fault.what.sentence());
    (!plan.faults.is_empty()).then(|| Fault::wrong(plan.faults.iter().map(|(_, fault)| wrong(fault)).collect()))
}

fn answer(status: StatusCode, row: KeptAsset, names: &Names) -> Response {
    (status, [etag(row.version)], Json(DeviceJson::of(row, names))).into_response()
}

/// Writes a device down
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/ledger", operation_id = "createDevice", tag = "ledger",
    params(AtFacility), request_body = NewDeviceJson,
    responses((status = 201, description = "Written down; `Location` and `ETag` are set", body = DeviceJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let cells = cells(&mut fields);
    fields.finish()?;
    let names = names(&app, facility).await?;
    let plan = Plan::make(&app, facility, &names, &[Typed { row: None, cells }]).await?;
    if let Some(fault) = faults(&plan) {
        return Err(fault);
    }
    let done = app.store.change_assets(&caller.act(app.now()), facility, &plan.changes, "create").await?;
    let row = done.rows.into_iter().next().ok_or_else(|| Problem::internal("a device was not written down"))?;
    let location = super::location(&format!("/api/v1/facilities/{facility}/ledger/{}", row.id));
    let mut response = answer(StatusCode::CREATED, row, &names);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// One device
///
/// Also one that is out of the ledger.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "showDevice",
    tag = "ledger", params(AtDevice),
    responses((status = 200, description = "The device; `ETag` holds its version", body = DeviceJson),
        (status = 304, description = "As in `If-None-Match`"), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let row = app.store.asset(facility, id).await?;
    if is_known(&headers, row.version) {
        return Ok((StatusCode::NOT_MODIFIED, [etag(row.version)]).into_response());
    }
    Ok(answer(StatusCode::OK, row, &names(&app, facility).await?))
}

/// Changes a device
///
/// Takes all that is written about it, and the version it is based on, in `expected_version` or as `If-Match`.
/// Photos and documents stay.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "changeDevice",
    tag = "ledger", params(AtDevice, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewDeviceJson,
    responses((status = 200, description = "Changed", body = DeviceJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let before = app.store.asset(facility, id).await?;
    let mut cells = cells(&mut fields);
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    fields.finish()?;
    let expected = by_header.or(by_body).unwrap_or_default();
    for column in Column::ALL {
        cells.entry(column).or_default();
    }
    // What refers to a system or vendor out of use may stay as it is.
    let stays = |id: Option<hakutaku_model::record::RecordId>| id.map(|id| id.to_string());
    for (column, id) in [(Column::System, before.asset.system), (Column::Vendor, before.asset.vendor)] {
        if stays(id).is_some() && cells.get(&column) == stays(id).as_ref() {
            cells.remove(&column);
        }
    }
    let names = names(&app, facility).await?;
    let typed = [Typed { row: Some((id, expected)), cells }];
    let plan = Plan::make(&app, facility, &names, &typed).await?;
    if !plan.conflicts.is_empty() {
        return Err(conflict(&app, by_header.is_some(), facility, id, &names).await?);
    }
    if let Some(fault) = faults(&plan) {
        return Err(fault);
    }
    match app.store.change_assets(&caller.act(app.now()), facility, &plan.changes, "edit").await {
        Ok(done) => {
            let row = done.rows.into_iter().next().ok_or_else(|| Problem::internal("a device was not changed"))?;
            Ok(answer(StatusCode::OK, row, &names))
        }
        Err(StoreError::Conflict(_)) => Err(conflict(&app, by_header.is_some(), facility, id, &names).await?),
        Err(error) => Err(error.into()),
    }
}

async fn conflict(
    app: &AppState,
    by_header: bool,
    facility: FacilityId,
    id: AssetId,
    names: &Names,
) -> Result<Fault, Fault> {
    let row = app.store.asset(facility, id).await?;
    Ok(Fault::conflict(by_header, &DeviceJson::of(row, names)))
}

/// Which version is to be taken out.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Gone {
    expected_version: Option<String>,
}

/// Takes a device out of the ledger
///
/// It stays readable by its id. Needs the version last seen, as `If-Match` or `expected_version`.
#[utoipa::path(delete, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "retireDevice",
    tag = "ledger",
    params(AtDevice, ("expected_version" = Option<i64>, Query, description = "The version last seen"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    responses((status = 204, description = "It is out of the ledger"), Refused, NotThere, RefusedVersion,
        (status = 422, description = "No version was sent",
            body = super::fault::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn retire(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
    Params(asked): Params<Gone>,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let by_header = if_match(&headers)?;
    let expected = match (by_header, asked.expected_version.as_deref().map(str::parse::<i64>)) {
        (Some(version), _) | (None, Some(Ok(version))) => version,
        (None, _) => {
            return Err(Fault::field(
                "expected_version",
                "読んだときの version を入れてください。",
                "Send the version that was last seen.",
            ));
        }
    };
    let change = AssetChange::Retire { id, expected };
    match app.store.change_assets(&caller.act(app.now()), facility, &[change], "retire").await {
        Ok(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(StoreError::Conflict(_)) => {
            let names = names(&app, facility).await?;
            Err(conflict(&app, by_header.is_some(), facility, id, &names).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The ledger as CSV
///
/// All rows that meet the query; `limit` and `cursor` do not count. UTF-8 with a byte order mark; cells that a
/// spreadsheet would run as a formula begin with an apostrophe.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger/export.csv", operation_id = "exportDevices",
    tag = "ledger", params(AtFacility, Asked),
    responses((status = 200, description = "The table", body = FileBytes, content_type = "text/csv"),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn csv(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Response, Fault> {
    let (facility, lang) = (caller.place()?.id, caller.lang);
    let query = query(&asked, &app)?;
    let rows = app.store.assets_found(facility, &query).await?;
    let names = names(&app, facility).await?;
    export::note(&app, &caller, "csv", rows.len()).await?;
    let assets: Vec<Asset> = rows.into_iter().map(|row| row.asset).collect();
    let content = press(move || ledger_csv(&assets, &names, lang)).await?.map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ledger.csv\"")),
    ];
    Ok((headers, content).into_response())
}
