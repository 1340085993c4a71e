//! What leaves the house: forms, the whole record, the journal, labels, the scenario. Every export is in the log.

use super::incident_of;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, incident_label_pdf, incident_pdf, incident_workbook};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{Paper, filled, label, pack, scenario_draft};
use hakutaku_model::journal::Chain;
use std::collections::BTreeMap;

const PDF: &str = "application/pdf";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";

async fn send(
    app: &AppState,
    visit: &Visit,
    room: RoomId,
    name: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> Result<Response, Problem> {
    let (place, now) = (visit.place()?, app.now());
    let detail = BTreeMap::from([("file".to_owned(), name.to_owned())]);
    let object = format!("room:{room}");
    app.store.record(&visit.act(now), Chain::Facility(place.id), "incident.export", &object, detail).await?;
    let disposition = HeaderValue::from_str(&disposition(name)).map_err(Problem::internal)?;
    let head = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, bytes).into_response())
}

fn head(app: &AppState, visit: &Visit) -> Result<Header, Problem> {
    Ok(Header { facility: Some(visit.place()?.name.clone()), fiscal_year: None, made: app.now() })
}

async fn as_pdf(app: &AppState, visit: &Visit, paper: Paper) -> Result<Vec<u8>, Problem> {
    let (lang, head) = (visit.lang, head(app, visit)?);
    let pdf = press(move || incident_pdf(&paper, lang, &head)).await?.map_err(Problem::internal)?;
    Ok(pdf.bytes)
}

async fn as_workbook(app: &AppState, visit: &Visit, paper: Paper) -> Result<Vec<u8>, Problem> {
    let head = head(app, visit)?;
    press(move || incident_workbook(&paper, &head)).await?.map_err(Problem::internal)
}

/// A report form: `report.pdf`, `report.xlsx` or `report.json`.
pub(crate) async fn report(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, form, file)): Path<(FacilityId, RoomId, String, String)>,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    let (_, incident) = incident_of(&app, place.id, id).await?;
    let now = app.now();
    let filled = filled(&incident, &app.catalogue.incident, &form, &place.name, visit.lang, now);
    let filled = filled.ok_or(Problem::NotFound)?;
    let name = format!("{}_{form}_{}", place.name, now.date_in_japan());
    match file.as_str() {
        "report.pdf" => {
            let bytes = as_pdf(&app, &visit, filled.paper(visit.lang)).await?;
            send(&app, &visit, id, &format!("{name}.pdf"), PDF, bytes).await
        }
        "report.xlsx" => {
            let bytes = as_workbook(&app, &visit, filled.paper(visit.lang)).await?;
            send(&app, &visit, id, &format!("{name}.xlsx"), XLSX, bytes).await
        }
        "report.json" => {
            let bytes = serde_json::to_vec_pretty(&filled)?;
            send(&app, &visit, id, &format!("{name}.json"), JSON, bytes).await
        }
        _ => Err(Problem::NotFound),
    }
}

async fn record(app: &AppState, visit: &Visit, id: RoomId) -> Result<(Paper, String), Problem> {
    let place = visit.place()?;
    let (_, incident) = incident_of(app, place.id, id).await?;
    let now = app.now();
    let name = format!("{}_{}_{}", place.name, visit.t().k(Key("inc-file-record")), now.date_in_japan());
    Ok((pack(&incident, &app.catalogue.incident, &place.name, visit.lang, now), name))
}

/// The whole record on paper.
pub(super) async fn record_paper(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let (paper, name) = record(&app, &visit, id).await?;
    let bytes = as_pdf(&app, &visit, paper).await?;
    send(&app, &visit, id, &format!("{name}.pdf"), PDF, bytes).await
}

/// The whole record as a workbook.
pub(super) async fn record_workbook(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let (paper, name) = record(&app, &visit, id).await?;
    let bytes = as_workbook(&app, &visit, paper).await?;
    send(&app, &visit, id, &format!("{name}.xlsx"), XLSX, bytes).await
}

/// The label of a thing kept as evidence.
pub(super) async fn label_paper(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, number)): Path<(FacilityId, RoomId, String)>,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    let (_, incident) = incident_of(&app, place.id, id).await?;
    let item = incident.custody.iter().find(|item| item.label == number).ok_or(Problem::NotFound)?;
    let paper = label(item, &incident, &place.name, visit.lang);
    let (lang, head) = (visit.lang, head(&app, &visit)?);
    let pdf = press(move || incident_label_pdf(&paper, lang, &head)).await?.map_err(Problem::internal)?;
    send(&app, &visit, id, &format!("{number}.pdf"), PDF, pdf.bytes).await
}

/// The journal as it travels to a laptop and back.
pub(super) async fn journal(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    super::room_of(&app, place.id, id).await?;
    let file = app.store.journal_file(place.id, id).await?;
    let name = format!("{}_{}.json", visit.t().k(Key("inc-file-journal")), app.now().date_in_japan());
    send(&app, &visit, id, &name, JSON, serde_json::to_vec_pretty(&file)?).await
}

/// The incident as a scenario for a drill.
pub(super) async fn scenario(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let (_, incident) = incident_of(&app, visit.place()?.id, id).await?;
    let draft = scenario_draft(&incident, &app.catalogue.incident);
    let name = format!("{}.yaml", draft["id"].as_str().unwrap_or("from-incident"));
    let yaml = hakutaku_catalog::exercise_yaml(&draft).map_err(Problem::internal)?;
    send(&app, &visit, id, &name, "application/yaml", yaml.into_bytes()).await
}
