//! Real incidents: start, read, write, reports, journal.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, json_text};
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedBody};
use crate::AppState;
use crate::incidents::files;
use crate::incidents::write::{append, append_late, author_of};
use crate::incidents::{incident_of, room_of};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{Event, FilledForm, Incident, ReportStatus, ReportView, Setup, filled, reports, when};
use hakutaku_model::room::{JournalFile, RoomKind};
use hakutaku_model::time::Ts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// An incident in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtIncident {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The incident's id.
    #[param(format = "uuid")]
    room: String,
}

/// A report of an incident in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtReport {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The incident's id.
    #[param(format = "uuid")]
    room: String,
    /// The report: `ppc-preliminary`, `ppc-final`, `mhlw`, `prefecture`, `police`, `ipa`, `vendor`, `internal` …
    #[param(example = "ppc-preliminary")]
    form: String,
}

/// An incident in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentInList)]
pub(super) struct IncidentLine {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    id: RoomId,
    /// Its name.
    title: String,
    /// When it was started.
    #[schema(value_type = String, format = "date-time")]
    created_at: Ts,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = "date-time", required = true)]
    closed_at: Option<Ts>,
}

/// The incidents of a facility.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Incidents)]
pub(super) struct IncidentsJson {
    /// Newest first.
    items: Vec<IncidentLine>,
}

/// Starts an incident; everything may be left out.
#[derive(ToSchema)]
#[schema(as = IncidentStart)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct StartJson {
    /// Its name.
    title: Option<String>,
    /// When somebody of the house knew (RFC 3339).
    #[schema(format = "date-time")]
    known_at: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentEntry)]
pub(super) struct WrittenJson {
    /// `origin/seq`, as undoing and striking name it.
    entry: String,
}

/// The reports of an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentReports)]
pub(super) struct ReportsJson {
    /// In the order they are made: `id`, `stand`, `from`, `last`, `left`, `said`, `missing`.
    #[schema(value_type = Vec<Object>)]
    items: Vec<ReportView>,
}

/// The incidents of a facility
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents", operation_id = "listIncidents", tag = "incidents",
    params(AtFacility), responses((status = 200, description = "All incidents", body = IncidentsJson), Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<IncidentsJson>, Fault> {
    let rooms = app.store.rooms(caller.place()?.id, RoomKind::Incident).await?;
    let line = |room: hakutaku_model::room::Room| IncidentLine {
        id: room.id,
        title: room.title,
        created_at: room.created_at,
        closed_at: room.closed_at,
    };
    Ok(Json(IncidentsJson { items: rooms.into_iter().map(line).collect() }))
}

/// Starts an incident
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/incidents", operation_id = "startIncident", tag = "incidents",
    params(AtFacility), request_body = StartJson,
    responses((status = 201, description = "Started", body = IncidentLine), Refused, NotThere, RefusedBody))]
pub(super) async fn start(
    State(app): State<AppState>,
    caller: Caller,
    mut fields: Fields,
) -> Result<(StatusCode, Json<IncidentLine>), Fault> {
    let (facility, now, t) = (caller.place()?.id, app.now(), caller.t());
    let title = fields.line("title", 120).filter(|title| !title.is_empty());
    let known = fields.text("known_at");
    let known_at = known.map_or(Some(now), |text| Ts::try_from(text).ok().filter(|at| *at <= now));
    if known_at.is_none() {
        fields.wrong("known_at", "過ぎた時刻をRFC 3339で送ってください。", "Send a past moment as RFC 3339.");
    }
    fields.finish()?;
    let setup = serde_json::to_value(Setup { known_at: known_at.unwrap_or(now) })
        .map_err(crate::shell::problem::Problem::from)?;
    let title = title.unwrap_or_else(|| t.a("inc-default-title", "when", when(now, t.lang)));
    let room = app.store.create_room(&caller.act(now), facility, RoomKind::Incident, &title, &setup).await?;
    let line = IncidentLine { id: room.id, title: room.title, created_at: room.created_at, closed_at: room.closed_at };
    Ok((StatusCode::CREATED, Json(line)))
}

/// The state of an incident, computed from its journal
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}", operation_id = "showIncident", tag = "incidents",
    params(AtIncident), responses((status = 200, body = Object,
        description = "`lines`, `roles`, `decisions`, `wards`, `systems`, `custody`, `costs`, `fields`, `reports` …"),
        Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Json<Incident>, Fault> {
    Ok(Json(incident_of(&app, caller.place()?.id, id).await?.1))
}

/// Writes one entry
///
/// The body is an event: `{"kind": "note", "text": "…"}`, `{"kind": "ward", "ward": "…", "operation": "paper"}`,
/// `{"kind": "decision", "text": "…", "basis": "…", "by": "…"}` and the other kinds that the state shows. Nothing is ever
/// changed: undoing is an entry, too. After the end only `{"kind": "receipt", "report": "mhlw", "receipt": "…"}` is
/// taken: the number an office gives for a report that was made.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/incidents/{room}/entries", operation_id = "writeIncident",
    tag = "incidents", params(AtIncident), request_body = Object,
    responses((status = 201, description = "Written", body = WrittenJson), Refused, NotThere, RefusedBody))]
pub(super) async fn write(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RoomId)>,
    request: Request,
) -> Result<(StatusCode, Json<WrittenJson>), Fault> {
    let text = json_text(request, &()).await?;
    let event: Event = serde_json::from_str(&text).map_err(|error| {
        Fault::field("kind", format!("出来事として読めません（{error}）。"), format!("This is no event ({error})."))
    })?;
    if let Some(fault) = event.fault() {
        return Err(Fault::field("kind", fault.ja, fault.en));
    }
    if matches!(event, Event::Ended { .. }) {
        return Err(Fault::field(
            "kind",
            "終結は画面から行ってください（改善の項目も作られます）。",
            "Close it on its page, where the actions are made, too.",
        ));
    }
    let (room, incident) = incident_of(&app, caller.place()?.id, id).await?;
    if let Event::Receipt { report, .. } = &event
        && !incident.reports.get(report).is_some_and(|known| matches!(known.status, ReportStatus::Sent { .. }))
    {
        return Err(Fault::field(
            "report",
            "先に、この報告を行ったことを記録してください。",
            "First note that this report was made.",
        ));
    }
    let author = author_of(&caller, &incident);
    let added = if room.closed_at.is_some() {
        append_late(&app, &caller, &room, &author, &[event]).await?
    } else {
        append(&app, &room, &author, caller.lang, vec![event], |_| None).await?
    };
    let entry = added.first().map(|entry| format!("{}/{}", entry.origin, entry.seq)).unwrap_or_default();
    Ok((StatusCode::CREATED, Json(WrittenJson { entry })))
}

/// The reports with their last days
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}/reports", operation_id = "incidentReports",
    tag = "incidents", params(AtIncident),
    responses((status = 200, description = "All reports", body = ReportsJson), Refused, NotThere))]
pub(super) async fn all_reports(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Json<ReportsJson>, Fault> {
    let (_, incident) = incident_of(&app, caller.place()?.id, id).await?;
    let items = reports(&incident, &app.catalogue.incident, app.now().date_in_japan());
    Ok(Json(ReportsJson { items }))
}

/// One report, filled from the record
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}/reports/{form}", operation_id = "incidentReport",
    tag = "incidents", params(AtReport),
    responses((status = 200, description = "`hakutaku-incident-report/1`", body = Object), Refused, NotThere))]
pub(super) async fn report(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id, form)): Path<(FacilityId, RoomId, String)>,
) -> Result<Json<FilledForm>, Fault> {
    let place = caller.place()?;
    let (_, incident) = incident_of(&app, place.id, id).await?;
    let form = filled(&incident, &app.catalogue.incident, &form, &place.name, caller.lang, app.now());
    Ok(Json(form.ok_or(crate::shell::problem::Problem::NotFound)?))
}

/// One report as a paper
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}/reports/{form}/report.pdf",
    operation_id = "incidentReportPdf", tag = "incidents", params(AtReport),
    responses((status = 200, description = "A4", body = inline(FileBytes), content_type = "application/pdf"),
        Refused, NotThere))]
pub(super) async fn report_pdf(
    app: State<AppState>,
    caller: Caller,
    Path((facility, id, form)): Path<(FacilityId, RoomId, String)>,
) -> Result<Response, Fault> {
    Ok(files::report(app, caller.0, Path((facility, id, form, "report.pdf".to_owned()))).await?)
}

/// One report as a workbook
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}/reports/{form}/report.xlsx",
    operation_id = "incidentReportXlsx", tag = "incidents", params(AtReport),
    responses((status = 200, description = "A workbook", body = inline(FileBytes),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refused, NotThere))]
pub(super) async fn report_xlsx(
    app: State<AppState>,
    caller: Caller,
    Path((facility, id, form)): Path<(FacilityId, RoomId, String)>,
) -> Result<Response, Fault> {
    Ok(files::report(app, caller.0, Path((facility, id, form, "report.xlsx".to_owned()))).await?)
}

/// The journal of an incident
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/incidents/{room}/journal", operation_id = "incidentJournal",
    tag = "incidents", params(AtIncident),
    responses((status = 200, description = "`hakutaku-journal/1`: entries with numbers, hashes and writers", body = Object),
        Refused, NotThere))]
pub(super) async fn journal(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Json<JournalFile>, Fault> {
    let facility = caller.place()?.id;
    room_of(&app, facility, id).await?;
    Ok(Json(app.store.journal_file(facility, id).await?))
}
