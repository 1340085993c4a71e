//! The helper's one page.

use crate::AppState;
use crate::incidents::view::{BoardRow, LineView, RoleView, lines, roles, running_for, systems, wards};
use crate::incidents::write::{answer, author_of, events_of};
use crate::incidents::{attach as files, incident_of};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use hakutaku_model::id::{FacilityId, RoomId, SeatId};
use hakutaku_model::incident::{Event, Incident};
use hakutaku_model::room::Room;

/// Where a helper sits.
const HERE: &str = "/seat/incident";

#[derive(Template)]
#[template(path = "incidents/seat.html")]
struct SeatPage {
    t: Words,
    page: Page,
    here: &'static str,
    files_at: String,
    viewer: String,
    name: String,
    closed: bool,
    seconds: i64,
    running: String,
    role: Option<RoleView>,
    wards: Vec<BoardRow>,
    systems: Vec<BoardRow>,
    lines: Vec<LineView>,
}

/// The seat of this visit with its incident.
async fn seat(app: &AppState, visit: &Visit) -> Result<(SeatId, FacilityId, Room, Incident), Problem> {
    let (seat, door) = visit.seat.as_ref().ok_or(Problem::NotFound)?;
    let (room, incident) = incident_of(app, door.facility, RoomId(door.target)).await?;
    Ok((seat.id, door.facility, room, incident))
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let (seat, facility, room, incident) = seat(&app, &visit).await?;
    let (guide, now) = (&app.catalogue.incident, app.now());
    let (known_wards, known_systems) = crate::incidents::known_names(&app, facility).await?;
    let (name, role) = visit.seat.as_ref().map(|(seat, _)| (seat.name.clone(), seat.role.clone())).unwrap_or_default();
    let planned = crate::incidents::planned_steps(&app, facility, t).await?;
    // Of the timeline a helper sees what came from this seat.
    let mut own = incident.clone();
    own.lines.retain(|line| line.author.seat == Some(seat));
    let mut page = visit.page(&room.title);
    page.outside = true;
    html(&SeatPage {
        t,
        page,
        here: HERE,
        files_at: format!("{HERE}/files"),
        viewer: visit.act(now).actor,
        name,
        closed: room.closed_at.is_some(),
        seconds: (now.micros() - incident.known_at.micros()).max(0) / 1_000_000,
        running: running_for(&incident, now, t),
        role: roles(&incident, guide, &planned, t).into_iter().find(|view| view.id == role),
        wards: wards(&incident, &known_wards, t),
        systems: systems(&incident, &known_systems, t),
        lines: lines(&own, guide, HERE, t)
            .into_iter()
            .map(|line| LineView { file: None, may_strike: false, ..line })
            .collect(),
    })
}

/// What a helper may write down: what they see and do, not decisions, reports or costs.
fn is_helpers(event: &Event) -> bool {
    matches!(
        event,
        Event::Note { .. } | Event::Ward { .. } | Event::System { .. } | Event::Step { .. } | Event::Custody { .. }
    )
}

/// Writes a line from a seat.
pub(super) async fn write(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let (_, _, room, incident) = seat(&app, &visit).await?;
    let events = events_of(&form, &incident, &app.catalogue.incident, app.now());
    if events.as_ref().is_ok_and(|events| !events.iter().all(is_helpers)) {
        return Err(Problem::Said(StatusCode::FORBIDDEN, Key("inc-helper-refused")));
    }
    let author = author_of(&visit, &incident);
    answer(&app, &visit, &headers, &room, &author, events, &form, HERE).await
}

/// Adds a photo, a recording or a file from a seat.
pub(super) async fn attach(State(app): State<AppState>, visit: Visit, parts: Multipart) -> Result<Response, Problem> {
    let (_, _, room, incident) = seat(&app, &visit).await?;
    files::take(&app, &visit, &room, &incident, parts).await?;
    Ok(visit.done(&app, HERE, Key("notice-saved")))
}

/// Hears that something was written.
pub(super) async fn listen(State(app): State<AppState>, visit: Visit) -> Result<impl IntoResponse, Problem> {
    let (_, _, room, _) = seat(&app, &visit).await?;
    Ok(app.live.listen(room.id))
}
