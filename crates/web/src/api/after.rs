//! What a drill came to, the same objectives over the years, and rounds of calls.

use super::door::Caller;
use super::fault::Fault;
use super::input::Params;
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedQuery};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::after::{drill_report, objective_lines, pdf_of};
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::calls::CallRound;
use hakutaku_model::exercise::DrillReport;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::record::{Kept, RecordId};
use serde_json::{Value, json};
use utoipa::IntoParams;

/// A drill in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtDrill {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The drill's id.
    #[param(format = "uuid")]
    room: String,
}

/// A round of calls in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtRound {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The round's id.
    #[param(format = "uuid")]
    round: String,
}

/// The data of an after-action report
///
/// This facility's part of the drill: timeline, times against targets, scores, gaps. `format` names the version.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/{room}/report", operation_id = "drillReport",
    tag = "drills", params(AtDrill),
    responses((status = 200, description = "`hakutaku-drill-report/1`", body = Object), Refused, NotThere))]
pub(super) async fn report(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, room)): Path<(FacilityId, RoomId)>,
) -> Result<Json<DrillReport>, Fault> {
    Ok(Json(drill_report(&app, caller.place()?.id, room).await?))
}

/// An after-action report on paper
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/{room}/report.pdf", operation_id = "drillReportPdf",
    tag = "drills", params(AtDrill),
    responses((status = 200, description = "A4, PDF/A-2 and PDF/UA-1, in the language of `Accept-Language`",
        body = inline(FileBytes), content_type = "application/pdf"), Refused, NotThere))]
pub(super) async fn report_pdf(
    app: State<AppState>,
    caller: Caller,
    path: Path<(FacilityId, RoomId)>,
) -> Result<Response, Fault> {
    Ok(pdf_of(app, caller.0, path).await?)
}

/// The same objectives over all drills held
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/trend", operation_id = "drillTrend", tag = "drills",
    params(AtFacility),
    responses((status = 200, description = "`drills` held to their end, and `objectives` with a point for each drill \
        that measured them", body = Object), Refused, NotThere))]
pub(super) async fn trend(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let (drills, lines) = objective_lines(&app, caller.place()?.id).await?;
    Ok(Json(json!({ "drills": drills, "objectives": lines })))
}

fn shown(row: &Kept<CallRound>) -> Result<Value, Fault> {
    let mut value = serde_json::to_value(&row.body)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("id".to_owned(), serde_json::to_value(row.id)?);
        members.insert("version".to_owned(), row.version.into());
        members.insert("tally".to_owned(), serde_json::to_value(row.body.tally())?);
        members.insert("unreachable".to_owned(), serde_json::to_value(row.body.unreachable())?);
    }
    Ok(value)
}

/// Rounds of calls through the contact tree
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/calls", operation_id = "listCallRounds", tag = "drills",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<Object>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn calls(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<Value>>, Fault> {
    let page = piece(app.store.records::<CallRound>(caller.place()?.id).await?, &asked, |row| row.id)?;
    let items = page.items.iter().map(shown).collect::<Result<Vec<Value>, Fault>>()?;
    Ok(Json(Page { items, next: page.next }))
}

/// One round of calls
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/calls/{round}", operation_id = "showCallRound",
    tag = "drills", params(AtRound),
    responses((status = 200, body = Object,
        description = "Who was called in which order, every attempt with its time, `tally` and `unreachable`"),
        Refused, NotThere))]
pub(super) async fn call(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Json<Value>, Fault> {
    let row = app.store.record_of::<CallRound>(caller.place()?.id, id).await?;
    if row.retired_at.is_some() {
        return Err(Problem::NotFound.into());
    }
    Ok(Json(shown(&row)?))
}
