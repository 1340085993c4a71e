//! Vendors, what they were asked and what they said.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::shell::problem::Problem;
use crate::vendors::{company, forms};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::day;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::vendor::Engagement;
use hakutaku_model::vendor_answers::Submission;
use hakutaku_model::vendor_request::{Ask, Request};
use hakutaku_store::{NewVendorRequest, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A vendor of a facility.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vendor)]
pub(crate) struct VendorJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
    /// Name.
    name: String,
    /// Whether a contract is in force today.
    contracted: bool,
    /// Everything the register has: contacts, contracts, products, places of data, subcontractors, remark.
    #[schema(value_type = Object)]
    details: Engagement,
}

impl VendorJson {
    fn of(row: Kept<Engagement>, today: jiff::civil::Date) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version,
            name: row.body.name.clone(),
            contracted: row.body.is_contracted(today),
            details: row.body,
        }
    }
}

/// What is said about a vendor.
#[derive(ToSchema)]
#[schema(as = NewVendor)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct NewVendorJson {
    /// Registered name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// 13 digits; only when the vendor is put in.
    corporate_number: Option<String>,
    /// A remark.
    note: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// The vendors of a facility
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/vendors", operation_id = "listVendors", tag = "vendors",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<VendorJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<VendorJson>>, Fault> {
    let today = app.now().date_in_japan();
    let rows = app.store.records::<Engagement>(caller.place()?.id).await?;
    let page = piece(rows, &asked, |row| row.id)?;
    let items = page.items.into_iter().map(|row| VendorJson::of(row, today)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Puts a vendor in
///
/// A company of the same corporate number or name is the same company; what is publicly known about it is shared.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/vendors", operation_id = "createVendor", tag = "vendors",
    params(AtFacility), request_body = NewVendorJson,
    responses((status = 201, description = "Created; `Location` and `ETag` are set", body = VendorJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let (now, facility) = (app.now(), caller.place()?.id);
    let name = fields.must_line("name", 120);
    let number = fields.line("corporate_number", 13).unwrap_or_default();
    if !number.is_empty() && (number.len() != 13 || !number.bytes().all(|b| b.is_ascii_digit())) {
        fields.wrong("corporate_number", "法人番号は13桁の数字です。", "A corporate number has 13 digits.");
    }
    let note = fields.text("note").unwrap_or_default();
    fields.finish()?;
    let act = caller.act(now);
    let company = company(&app, &act, &name, &number).await?;
    let row = app.store.add_record(&act, facility, &blank(company, name, note)).await?;
    let location = super::location(&format!("/api/v1/facilities/{facility}/vendors/{}", row.id));
    let headers = [etag(row.version), (header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, Json(VendorJson::of(row, now.date_in_japan()))).into_response())
}

fn blank(company: RecordId, name: String, note: String) -> Engagement {
    Engagement {
        company,
        name,
        contact: Default::default(),
        emergency: Default::default(),
        contracts: Vec::new(),
        products: Vec::new(),
        data: Vec::new(),
        subprocessors: Vec::new(),
        note,
    }
}

/// Names of the address.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    vendor: String,
}

/// Changes a vendor's name or remark
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/vendors/{vendor}", operation_id = "changeVendor", tag = "vendors",
    params(AtFacility, ("vendor" = String, Path, format = "uuid", description = "The vendor's id"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewVendorJson,
    responses((status = 200, description = "Changed", body = VendorJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let (now, facility) = (app.now(), caller.place()?.id);
    let id: RecordId = named.vendor.parse().map_err(|_| Problem::NotFound)?;
    let before = app.store.record_of::<Engagement>(facility, id).await?;
    let name = fields.must_line("name", 120);
    let note = fields.text("note");
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    fields.finish()?;
    let note = note.unwrap_or_else(|| before.body.note.clone());
    let body = Engagement { name, note, ..before.body };
    let expected = by_header.or(by_body).unwrap_or_default();
    match app.store.change_record(&caller.act(now), facility, id, expected, &body).await {
        Ok(row) => Ok(([etag(row.version)], Json(VendorJson::of(row, now.date_in_japan()))).into_response()),
        Err(StoreError::Conflict(_)) => {
            let current = VendorJson::of(app.store.record_of(facility, id).await?, now.date_in_japan());
            Err(Fault::conflict(by_header.is_some(), &current))
        }
        Err(error) => Err(error.into()),
    }
}

/// A request to a vendor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VendorRequest)]
pub(crate) struct RequestJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// The vendor's id.
    #[schema(format = "uuid")]
    vendor: String,
    /// `checklist/r7`, `mds-sds`, `mds2`, `service-spec`.
    ask: String,
    /// `sent`, `opened`, `answered`, `late`, `expired`, `locked` or `withdrawn`.
    #[schema(value_type = String)]
    state: hakutaku_model::vendor_request::State,
    /// The day by which the answer is wished.
    #[schema(format = "date")]
    due: String,
    /// When the link ends.
    #[schema(format = "date-time")]
    expires_at: String,
    /// When the answer came.
    #[schema(required = true, format = "date-time")]
    answered_at: Option<String>,
    /// The link: only in the answer to the call that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl RequestJson {
    fn of(request: &Request, now: hakutaku_model::time::Ts, link: Option<String>) -> Self {
        Self {
            id: request.id.to_string(),
            vendor: request.vendor.to_string(),
            ask: request.ask.key(),
            state: request.state(now),
            due: request.due.to_string(),
            expires_at: request.expires_at.to_string(),
            answered_at: request.answered_at.map(|at| at.to_string()),
            link,
        }
    }
}

/// A request to be made.
#[derive(ToSchema)]
#[schema(as = NewVendorRequest)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct NewRequestJson {
    /// The vendor's id.
    #[schema(format = "uuid")]
    vendor: String,
    /// `checklist/r7`, `mds-sds`, `mds2`, `service-spec`.
    ask: String,
    /// By when.
    #[schema(format = "date")]
    due: String,
    /// What is written along.
    message: Option<String>,
    /// 4 to 12 digits, to be told by telephone.
    pin: Option<String>,
    /// How many days the link lives; 60 if absent.
    #[schema(minimum = 1, maximum = 180)]
    days: Option<u16>,
}

/// What was asked of vendors
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/vendor-requests", operation_id = "listVendorRequests",
    tag = "vendors", params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<RequestJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn requests(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<RequestJson>>, Fault> {
    let now = app.now();
    let mut rows = app.store.vendor_requests(caller.place()?.id).await?;
    rows.reverse();
    let page = piece(rows, &asked, |row| row.id)?;
    let items = page.items.iter().map(|row| RequestJson::of(row, now, None)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Asks a vendor
///
/// The answer holds the link, this once.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/vendor-requests", operation_id = "createVendorRequest",
    tag = "vendors", params(AtFacility), request_body = NewRequestJson,
    responses((status = 201, description = "Asked", body = RequestJson), Refused, NotThere, RefusedBody))]
pub(super) async fn ask(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let (now, facility) = (app.now(), caller.place()?.id);
    let vendor: Option<RecordId> = fields.must_line("vendor", 60).parse().ok();
    if vendor.is_none() {
        fields.wrong("vendor", "事業者のidではありません。", "Must be the id of a vendor.");
    }
    let offered = forms::offered(&app.catalogue);
    let ask = Ask::from_key(&fields.must_line("ask", 100)).filter(|ask| offered.contains(ask));
    if ask.is_none() {
        fields.wrong("ask", "頼める様式ではありません。", "Is no form that can be asked for.");
    }
    let due = day::parse(&fields.must_line("due", 40)).filter(|due| *due >= now.date_in_japan());
    if due.is_none() {
        fields.wrong("due", "今日以後の日付を入れてください。", "Must be a date from today on.");
    }
    let message = fields.text("message").unwrap_or_default();
    let pin = fields.line("pin", 12);
    let days = fields.number("days", 1..=180_u16).unwrap_or(60);
    fields.finish()?;
    let (Some(vendor), Some(ask), Some(due)) = (vendor, ask, due) else { return Err(Problem::NotFound.into()) };
    let expires_at = now.plus_seconds(i64::from(days) * 86_400);
    let new = NewVendorRequest { vendor, ask, message, due, pin, expires_at };
    let issued = app.store.create_vendor_request(&caller.act(now), facility, &new).await?;
    let link = app.link(&format!("/v/{}", issued.token));
    Ok((StatusCode::CREATED, Json(RequestJson::of(&issued.request, now, Some(link)))).into_response())
}

/// Names of the address.
#[derive(Debug, Deserialize)]
pub(super) struct NamedRequest {
    request: String,
}

/// What a vendor answered
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/vendor-requests/{request}/submission",
    operation_id = "showVendorSubmission", tag = "vendors",
    params(AtFacility, ("request" = String, Path, format = "uuid", description = "The request's id")),
    responses((status = 200, description = "The whole answer as it came", body = Object), Refused, NotThere))]
pub(super) async fn submission(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<NamedRequest>,
) -> Result<Json<Submission>, Fault> {
    let id: VendorRequestId = named.request.parse().map_err(|_| Problem::NotFound)?;
    let row = app.store.record_by_key::<Submission>(caller.place()?.id, &id.to_string()).await?;
    Ok(Json(row.ok_or(Problem::NotFound)?.body))
}
