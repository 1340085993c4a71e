//! Photos, recordings and files of an incident. What is taken out is always a download.

use super::write::{append, author_of};
use super::{home, incident_of};
use crate::AppState;
use crate::evidence::{broken, disposition, read};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{DocumentId, FacilityId, RoomId};
use hakutaku_model::incident::{Event, Incident};
use hakutaku_model::room::Room;

/// Adds the files of the form to the timeline.
pub(super) async fn attach(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (room, incident) = incident_of(&app, facility, id).await?;
    take(&app, &visit, &room, &incident, parts).await?;
    Ok(visit.done(&app, &home(facility, id), Key("notice-saved")))
}

/// Keeps the files and writes a line for each.
pub(crate) async fn take(
    app: &AppState,
    visit: &Visit,
    room: &Room,
    incident: &Incident,
    mut parts: Multipart,
) -> Result<(), Problem> {
    if room.closed_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("inc-closed-refused")));
    }
    let (mut text, mut events) = (String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("text") => text = part.text().await.map_err(broken)?,
            Some("file") => {
                let Some((document, content)) = read(part).await? else { continue };
                let row = app.store.add_document(&visit.act(app.now()), room.facility, &document, content).await?;
                let text = std::mem::take(&mut text).trim().to_owned();
                events.push(Event::Note { text, happened: None, document: Some(row.id), file: row.name });
            }
            _ => {}
        }
    }
    if events.is_empty() {
        return Err(Problem::unprocessable(Key("evidence-no-file")));
    }
    append(app, room, &author_of(visit, incident), visit.lang, events, |_| None).await?;
    Ok(())
}

/// Takes a file of the record out.
pub(super) async fn fetch(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, document)): Path<(FacilityId, RoomId, DocumentId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (_, incident) = incident_of(&app, facility, id).await?;
    if !incident.holds(document) {
        return Err(Problem::NotFound);
    }
    let row = app.store.document(facility, document).await?;
    let content = app.store.read_document(&visit.act(app.now()), facility, document).await?;
    let disposition = HeaderValue::from_str(&disposition(&row.name)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, content).into_response())
}
