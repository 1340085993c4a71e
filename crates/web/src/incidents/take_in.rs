//! A journal that was written elsewhere, on the laptop or the server: looked through first, then taken in.

use super::{base, home};
use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{Incident, when};
use hakutaku_model::room::{Entry, JOURNAL_FORMAT, JournalFault, JournalFile, RoomKind, merge, verify};
use hakutaku_model::seat::Purpose;
use hakutaku_store::StoreError;
use std::collections::BTreeSet;

/// The largest journal: 16 MiB, some ten thousand lines.
const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// With the form around it; the file comes twice, once to look through and once to take in.
pub(super) const LARGEST: usize = LARGEST_FILE + 64 * 1024;

/// What a journal would bring.
struct Preview {
    title: String,
    known: String,
    entries: usize,
    new: usize,
    here: bool,
    /// Whether it says that the incident is over.
    ends: bool,
    writers: usize,
    json: String,
}

#[derive(Template)]
#[template(path = "incidents/take_in.html")]
struct TakeInPage {
    t: Words,
    page: Page,
    here: String,
    wrong: Option<String>,
    preview: Option<Preview>,
}

fn page(
    visit: &Visit,
    status: StatusCode,
    wrong: Option<String>,
    preview: Option<Preview>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let page = visit.page(t.m("inc-take-in")).under(base(facility), t.m("inc-title"));
    let here = format!("{}/take-in", base(facility));
    Ok((status, html(&TakeInPage { t, page, here, wrong, preview })?).into_response())
}

/// The form.
pub(super) async fn ask(visit: Visit) -> Result<Response, Problem> {
    page(&visit, StatusCode::OK, None, None)
}

fn fault_words(t: Words, fault: &JournalFault) -> String {
    match fault {
        JournalFault::OtherRoom(..) => t.m("inc-journal-other-room"),
        JournalFault::Gap { seq, .. } => t.a("inc-journal-gap", "seq", *seq),
        JournalFault::Broken { seq, .. } => t.a("inc-journal-broken", "seq", *seq),
        JournalFault::Forked { seq, .. } => t.a("inc-journal-forked", "seq", *seq),
    }
}

/// Reads and checks a journal for this facility; what is wrong as one sentence.
fn read(t: Words, bytes: &[u8], facility: FacilityId) -> Result<JournalFile, String> {
    if bytes.is_empty() {
        return Err(t.m("inc-journal-none"));
    }
    if bytes.len() > LARGEST_FILE {
        return Err(t.m("inc-journal-large"));
    }
    let file: JournalFile = serde_json::from_slice(bytes).map_err(|_| t.m("inc-journal-unreadable"))?;
    if file.format != JOURNAL_FORMAT || file.room.kind != RoomKind::Incident {
        return Err(t.m("inc-journal-unreadable"));
    }
    if file.entries.iter().any(|entry| entry.room != file.room.id) {
        return Err(t.m("inc-journal-other-room"));
    }
    if file.room.facility != facility {
        return Err(t.m("inc-journal-other-facility"));
    }
    verify(&file.entries).map_err(|fault| fault_words(t, &fault))?;
    Ok(file)
}

/// What was brought may say that the incident is over: then it is over here, too. A journal whose last line is the end
/// closes the room even where the machine that wrote it stopped before it could; and nobody comes in by a code any more.
async fn end_here(app: &AppState, visit: &Visit, facility: FacilityId, id: RoomId) -> Result<(), Problem> {
    let now = app.now();
    let act = visit.act(now);
    let mut room = app.store.room(facility, id).await?;
    if room.closed_at.is_none() {
        let entries = app.store.entries(id).await?;
        if Incident::fold(&room, &entries).summary.is_none() {
            return Ok(());
        }
        room = match app.store.close_room(&act, facility, id).await {
            Ok(room) => room,
            // Somebody pressed at the same moment.
            Err(StoreError::Conflict(_)) => app.store.room(facility, id).await?,
            Err(error) => return Err(error.into()),
        };
    }
    for door in app.store.doors(facility, Purpose::Incident, room.id.0).await? {
        if door.is_open(now) {
            app.store.close_door(&act, facility, door.id).await?;
        }
    }
    Ok(())
}

/// Looks a journal through, or takes it in once somebody has looked.
pub(super) async fn take(State(app): State<AppState>, visit: Visit, mut parts: Multipart) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let unreadable = |_| Problem::unprocessable(Key("evidence-broken-upload"));
    let (mut bytes, mut confirmed) = (Vec::new(), false);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        match part.name() {
            Some("file") => bytes = part.bytes().await.map_err(unreadable)?.to_vec(),
            Some("journal") => {
                bytes = part.bytes().await.map_err(unreadable)?.to_vec();
                confirmed = true;
            }
            _ => {}
        }
    }
    let refuse = |sentence| page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(sentence), None);
    let file = match read(t, &bytes, facility) {
        Ok(file) => file,
        Err(sentence) => return refuse(sentence),
    };
    let id = file.room.id;
    let known = match app.store.room(facility, id).await {
        Ok(_) => Some(app.store.entries(id).await?),
        Err(StoreError::NotFound(_)) => None,
        Err(error) => return Err(error.into()),
    };
    if let Err(fault) = merge(known.as_deref().unwrap_or_default(), &file.entries) {
        return refuse(fault_words(t, &fault));
    }
    if confirmed {
        return match app.store.take_in_journal(&visit.act(app.now()), facility, &file).await {
            Ok(new) => {
                end_here(&app, &visit, facility, id).await?;
                app.live.publish(id, "changed", &serde_json::json!({ "entries": new }));
                Ok(visit.done(&app, &home(facility, id), Key("inc-notice-taken-in")))
            }
            Err(StoreError::Invalid(_)) => refuse(t.m("inc-journal-other-room")),
            Err(error) => Err(error.into()),
        };
    }
    let here: BTreeSet<_> = known.iter().flatten().map(|entry: &Entry| (entry.origin, entry.seq)).collect();
    let incident = Incident::fold(&file.room, &file.entries);
    let writers: BTreeSet<_> = file.entries.iter().map(|entry| entry.origin).collect();
    let preview = Preview {
        title: file.room.title.clone(),
        known: when(incident.known_at, t.lang),
        entries: file.entries.len(),
        new: file.entries.iter().filter(|entry| !here.contains(&(entry.origin, entry.seq))).count(),
        here: known.is_some(),
        ends: file.room.closed_at.is_some() || incident.summary.is_some(),
        writers: writers.len(),
        json: serde_json::to_string(&file)?,
    };
    page(&visit, StatusCode::OK, None, Some(preview))
}
