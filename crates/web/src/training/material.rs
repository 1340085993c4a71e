//! Files of a course, and photographs of the signed list.

use super::base;
use crate::AppState;
use crate::evidence::{broken, disposition, read};
use crate::house::in_use;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::record::RecordId;
use hakutaku_model::training::{Course, Session};
use hakutaku_store::Act;

/// The most files of a course, and photographs of a session.
const MOST_FILES: usize = 30;

/// Keeps the files of a form.
async fn keep(app: &AppState, visit: &Visit, mut parts: Multipart, room: usize) -> Result<Vec<DocumentId>, Problem> {
    let facility = visit.place()?.id;
    let mut kept = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let Some((document, content)) = read(part).await? else { continue };
        if kept.len() >= room {
            return Err(Problem::unprocessable(Key("training-too-many-files")));
        }
        kept.push(app.store.add_document(&visit.act(app.now()), facility, &document, content).await?.id);
    }
    if kept.is_empty() { Err(Problem::unprocessable(Key("evidence-no-file"))) } else { Ok(kept) }
}

/// Sends a file as a download; the store enters the reading in the log.
pub(crate) async fn send(app: &AppState, act: &Act, facility: FacilityId, id: DocumentId) -> Result<Response, Problem> {
    let row = app.store.document(facility, id).await?;
    let content = app.store.read_document(act, facility, id).await?;
    let kind = match row.media_type.as_str() {
        "application/pdf" => "application/pdf",
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => "application/octet-stream",
    };
    let disposition = HeaderValue::from_str(&disposition(&row.name)).map_err(Problem::internal)?;
    let head = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, content).into_response())
}

pub(super) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = in_use::<Course>(&app, &visit, id).await?;
    let new = keep(&app, &visit, parts, MOST_FILES.saturating_sub(row.body.documents.len())).await?;
    let mut course = row.body;
    course.documents.extend(new);
    app.store.change_record(&visit.act(app.now()), facility, id, row.version, &course).await?;
    Ok(visit.done(&app, &format!("{}/courses/{id}", base(facility)), Key("notice-saved")))
}

pub(super) async fn fetch(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, document)): Path<(String, RecordId, DocumentId)>,
) -> Result<Response, Problem> {
    let row = in_use::<Course>(&app, &visit, id).await?;
    if !row.body.documents.contains(&document) {
        return Err(Problem::NotFound);
    }
    send(&app, &visit.act(app.now()), visit.place()?.id, document).await
}

/// Takes a file out of the course; the file itself and the log stay.
pub(super) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, document)): Path<(String, RecordId, DocumentId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = in_use::<Course>(&app, &visit, id).await?;
    let mut course = row.body;
    course.documents.retain(|one| *one != document);
    app.store.change_record(&visit.act(app.now()), facility, id, row.version, &course).await?;
    Ok(visit.done(&app, &format!("{}/courses/{id}", base(facility)), Key("notice-saved")))
}

pub(super) async fn add_photo(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = in_use::<Session>(&app, &visit, id).await?;
    let new = keep(&app, &visit, parts, MOST_FILES.saturating_sub(row.body.documents.len())).await?;
    let mut session = row.body;
    session.documents.extend(new);
    app.store.change_record(&visit.act(app.now()), facility, id, row.version, &session).await?;
    Ok(visit.done(&app, &format!("{}/sessions/{id}#names", base(facility)), Key("notice-saved")))
}

pub(super) async fn fetch_photo(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, document)): Path<(String, RecordId, DocumentId)>,
) -> Result<Response, Problem> {
    let row = in_use::<Session>(&app, &visit, id).await?;
    if !row.body.documents.contains(&document) {
        return Err(Problem::NotFound);
    }
    send(&app, &visit.act(app.now()), visit.place()?.id, document).await
}
