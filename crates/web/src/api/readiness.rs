//! Contact chart, reimbursement readiness and the guideline's clauses.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::guideline::gather::editions;
use crate::readiness::gather::{Gathered, revision};
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::clauses::clauses;
use hakutaku_model::contacts::{ContactLine, Part};
use hakutaku_model::day;
use hakutaku_model::id::RecordId;
use hakutaku_model::readiness::{readiness, standing_sentence};
use hakutaku_model::record::Kept;
use hakutaku_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// A line of the contact chart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Part in the chart: `it`, `director`, `police` …
    part: &'static str,
    /// Department, desk or body.
    place: String,
    /// Who answers.
    name: String,
    /// Telephone by day.
    phone_day: String,
    /// Telephone at night and on holidays.
    phone_night: String,
    /// E-mail.
    email: String,
    /// Who to call if they do not answer.
    substitute: String,
    /// And their telephone.
    substitute_phone: String,
    /// Order of calling; 1 is first.
    order: Option<u16>,
    /// Who calls them: the id of another line; absent: the usual order.
    #[schema(format = "uuid")]
    called_by: Option<String>,
    /// A remark.
    note: String,
    /// The day the numbers were last made sure of.
    #[schema(format = "date")]
    checked_on: Option<String>,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
}

impl From<Kept<ContactLine>> for ContactJson {
    fn from(row: Kept<ContactLine>) -> Self {
        let line = row.body;
        Self {
            id: row.id.to_string(),
            part: line.part.key(),
            place: line.place,
            name: line.name,
            phone_day: line.phone_day,
            phone_night: line.phone_night,
            email: line.email,
            substitute: line.substitute,
            substitute_phone: line.substitute_phone,
            order: line.order,
            called_by: line.called_by.map(|id| id.to_string()),
            note: line.note,
            checked_on: line.checked_on.map(|day| day.to_string()),
            version: row.version,
        }
    }
}

/// What is said about a line of the contact chart.
#[derive(ToSchema)]
#[schema(as = NewContact, examples(json!({"part": "it", "name": "鈴木 一", "phone_day": "00-0000-0001"})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewContactJson {
    /// Part in the chart: `it`, `night_duty`, `safety_manager`, `director`, `chief_of_administration`, `department`,
    /// `public_relations`, `vendor`, `ministry`, `prefecture`, `health_centre`, `police`, `privacy_commission`,
    /// `information_sharing`, `claims_payer`, `insurer`, `lawyer` or `other`.
    part: String,
    /// Department, desk or body.
    place: Option<String>,
    /// Who answers.
    name: Option<String>,
    /// Telephone by day.
    phone_day: Option<String>,
    /// Telephone at night and on holidays.
    phone_night: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// Who to call if they do not answer.
    substitute: Option<String>,
    /// And their telephone.
    substitute_phone: Option<String>,
    /// Order of calling; 1 is first.
    #[schema(minimum = 1, maximum = 999)]
    order: Option<u16>,
    /// Who calls them: the id of another line.
    called_by: Option<String>,
    /// A remark.
    note: Option<String>,
    /// The day the numbers were last made sure of: `2026-11-21`, `令和8年11月21日`.
    checked_on: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// A line of the chart in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtContact {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The line's id.
    #[param(format = "uuid")]
    contact: String,
}

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfRevision {
    /// Year of the revision: 2022, 2024 or 2026; the newest if absent.
    revision: Option<String>,
}

/// An edition in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtEdition {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The edition's id.
    #[param(example = "mhlw-6.0")]
    edition: String,
}

fn read(fields: &mut Fields, lines: &[Kept<ContactLine>]) -> Option<ContactLine> {
    let part = fields.must_choose("part", &Part::ALL.map(Part::key), Part::from_key);
    let mut text = |name| fields.line(name, 120).unwrap_or_default();
    let mut line = ContactLine {
        place: text("place"),
        name: text("name"),
        phone_day: text("phone_day"),
        phone_night: text("phone_night"),
        email: text("email"),
        substitute: text("substitute"),
        substitute_phone: text("substitute_phone"),
        ..ContactLine::of(part.unwrap_or(Part::Other))
    };
    line.note = fields.line("note", 500).unwrap_or_default();
    line.order = fields.number("order", 1..=999);
    if let Some(id) = fields.text("called_by") {
        line.called_by = lines.iter().map(|row| row.id).find(|known| known.to_string() == id);
        if line.called_by.is_none() {
            fields.wrong("called_by", "その連絡先はありません。", "There is no such contact.");
        }
    }
    if let Some(typed) = fields.text("checked_on") {
        line.checked_on = day::parse(&typed);
        if line.checked_on.is_none() {
            fields.wrong("checked_on", "日付として読めません（例: 2026-11-21）。", "No date (example: 2026-11-21).");
        }
    }
    part.map(|_| line)
}

fn finished(fields: Fields, line: Option<ContactLine>) -> Result<ContactLine, Fault> {
    fields.finish()?;
    line.ok_or_else(|| Problem::internal("a contact without a fault is none").into())
}

/// The contact chart's lines
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/contacts", operation_id = "listContacts", tag = "forms",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<ContactJson>), RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<ContactJson>>, Fault> {
    let rows = app.store.records::<ContactLine>(caller.place()?.id).await?;
    let page = piece(rows, &asked, |row| row.id)?;
    Ok(Json(Page { items: page.items.into_iter().map(ContactJson::from).collect(), next: page.next }))
}

/// Adds a line
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/contacts", operation_id = "addContact", tag = "forms",
    params(AtFacility), request_body = NewContactJson,
    responses((status = 201, description = "Added; `Location` and `ETag` are set", body = ContactJson), Refused, NotThere, RefusedBody))]
pub(super) async fn add(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let line = read(&mut fields, &app.store.records::<ContactLine>(facility).await?);
    let line = finished(fields, line)?;
    let row = app.store.add_record(&caller.act(app.now()), facility, &line).await?;
    let to = format!("/api/v1/facilities/{facility}/contacts/{}", row.id);
    let headers = [etag(row.version), (header::LOCATION, super::location(&to))];
    Ok((StatusCode::CREATED, headers, Json(ContactJson::from(row))).into_response())
}

async fn row(app: &AppState, caller: &Caller, id: RecordId) -> Result<Kept<ContactLine>, Fault> {
    let row = app.store.record_of::<ContactLine>(caller.place()?.id, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound.into()) } else { Ok(row) }
}

/// One line
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/contacts/{contact}", operation_id = "showContact", tag = "forms",
    params(AtContact), responses((status = 200, description = "The line; `ETag` holds its version", body = ContactJson), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Fault> {
    let row = row(&app, &caller, id).await?;
    Ok(([etag(row.version)], Json(ContactJson::from(row))).into_response())
}

/// Changes a line
///
/// Takes the whole line and the version it is based on, in `expected_version` or as `If-Match`.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/contacts/{contact}", operation_id = "changeContact", tag = "forms",
    params(AtContact, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewContactJson,
    responses((status = 200, description = "Changed", body = ContactJson), Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, RecordId)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let before = row(&app, &caller, id).await?;
    let facility = caller.place()?.id;
    let line = read(&mut fields, &app.store.records::<ContactLine>(facility).await?);
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    let line = finished(fields, line)?;
    let expected = by_header.or(by_body).unwrap_or_default();
    match app.store.change_record(&caller.act(app.now()), facility, id, expected, &line).await {
        Ok(row) => Ok(([etag(row.version)], Json(ContactJson::from(row))).into_response()),
        Err(StoreError::Conflict(_)) => Err(Fault::conflict(by_header.is_some(), &ContactJson::from(before))),
        Err(error) => Err(error.into()),
    }
}

/// Takes a line out
///
/// The version last seen comes as `If-Match`. The log keeps what the line said.
#[utoipa::path(delete, path = "/api/v1/facilities/{facility}/contacts/{contact}", operation_id = "retireContact", tag = "forms",
    params(AtContact, ("If-Match" = String, Header, description = "The `ETag` last seen")),
    responses((status = 204, description = "Taken out"), Refused, NotThere, RefusedQuery, RefusedVersion))]
pub(super) async fn retire(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, RecordId)>,
    headers: HeaderMap,
) -> Result<StatusCode, Fault> {
    let before = row(&app, &caller, id).await?;
    let Some(expected) = if_match(&headers)? else {
        return Err(Fault::field("If-Match", "読んだときの ETag を送ってください。", "Send the ETag that was read."));
    };
    let facility = caller.place()?.id;
    match app.store.retire_record::<ContactLine>(&caller.act(app.now()), facility, id, expected).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(StoreError::Conflict(_)) => Err(Fault::conflict(true, &ContactJson::from(before))),
        Err(error) => Err(error.into()),
    }
}

/// Reimbursement readiness
///
/// For each condition that touches security: whether evidence is in hand. Never whether a fee may be claimed:
/// `sentence` says on what that rests.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/readiness", operation_id = "showReadiness", tag = "forms",
    params(AtFacility, OfRevision),
    responses((status = 200, description = "Fees with their conditions: `state` is `evidence_ready`, `not_ready`, `not_in_our_data` or `does_not_apply`", body = Object),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn readiness_of(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<OfRevision>,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let Some(chosen) = revision(&app.catalogue.revisions, asked.revision.as_deref()) else {
        return Err(Fault::field("revision", "その年の改定はありません。", "There is no revision of that year."));
    };
    let gathered = Gathered::of(&app, facility).await?;
    let found = readiness(chosen, &gathered.ground(), &app.catalogue);
    Ok(Json(json!({
        "revision": chosen.year,
        "title": chosen.title,
        "notice": chosen.notice,
        "sentence": standing_sentence(),
        "add_ons": found,
        "gaps": chosen.gaps,
    })))
}

/// The clauses of a guideline edition with what answers them
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/guideline/{edition}", operation_id = "showGuideline", tag = "forms",
    params(AtEdition),
    responses((status = 200, description = "Clauses in order: `state` is `well`, `weak`, `nothing` or `not_asked`", body = Object),
        Refused, NotThere))]
pub(super) async fn guideline_of(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let all = editions(&app).await?;
    let edition = all.iter().find(|edition| edition.guideline.id == id).ok_or(Problem::NotFound)?;
    let facts = app.store.facts(&app.catalogue, facility, app.now().date_in_japan()).await?;
    let found = clauses(&app.catalogue, &edition.guideline, &facts, &edition.same_as);
    Ok(Json(json!({
        "edition": id,
        "title": edition.guideline.title,
        "notice": edition.guideline.notice,
        "clauses": found,
        "gaps": edition.guideline.about.gaps,
    })))
}
