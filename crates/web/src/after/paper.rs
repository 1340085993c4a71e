//! The report as PDF to sign and file, and as DOCX to work on. Every export is entered in the facility's log.

use super::gather::told;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, after_action_docx, after_action_pdf};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::journal::Chain;
use hakutaku_model::room::Room;
use std::collections::BTreeMap;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// PDF.
pub(crate) async fn pdf(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, room)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let (room, told) = told(&app, &visit, room).await?;
    let (lang, made) = (visit.lang, app.now());
    let head = Header { facility: Some(told.facility.clone()), fiscal_year: None, made };
    let pdf = press(move || after_action_pdf(&told, lang, &head)).await?.map_err(Problem::internal)?;
    send(&app, &visit, &room, pdf.bytes, "application/pdf", "pdf").await
}

/// DOCX.
pub(super) async fn docx(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, room)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    let (room, told) = told(&app, &visit, room).await?;
    let (lang, made) = (visit.lang, app.now());
    let bytes = press(move || after_action_docx(&told, lang, made)).await?.map_err(Problem::internal)?;
    send(&app, &visit, &room, bytes, DOCX, "docx").await
}

async fn send(
    app: &AppState,
    visit: &Visit,
    room: &Room,
    bytes: Vec<u8>,
    kind: &'static str,
    extension: &str,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    let now = app.now();
    let what = visit.t().m("after-file");
    // What a file system takes for a path is no part of a name.
    let title: String = room
        .title
        .chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .take(60)
        .collect();
    let file = format!("{}_{title}_{what}_{}.{extension}", place.name, now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    let object = format!("room:{}", room.id);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "drill-report.export", &object, detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, bytes).into_response())
}
