//! Helpers without an account: a code and a QR code for the whiteboard, for this incident only.

use super::{home, room_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_model::id::{DoorId, FacilityId, RoomId};
use hakutaku_model::incident::when;
use hakutaku_model::seat::{Choices, Purpose, RoleChoice};

/// A door closes by itself after so many hours; a long incident opens another.
const HOURS: i64 = 24;
/// More doors than one incident needs.
const MOST: usize = 50;

/// A door as the page shows it.
pub(super) struct DoorView {
    pub(super) id: DoorId,
    pub(super) code: String,
    pub(super) link: String,
    pub(super) qr: String,
    pub(super) until: String,
    pub(super) inside: Vec<String>,
}

/// The open doors of an incident with who came in.
pub(super) async fn doors(
    app: &AppState,
    facility: FacilityId,
    room: RoomId,
    t: Words,
) -> Result<Vec<DoorView>, Problem> {
    let now = app.now();
    let mut views = Vec::new();
    for door in app.store.doors(facility, Purpose::Incident, room.0).await?.into_iter().filter(|d| d.is_open(now)) {
        let seats = app.store.seats(door.id).await?;
        let link = crate::doors::link(app, &door.code);
        views.push(DoorView {
            id: door.id,
            // Several may stand on one page, and an id may stand there once.
            qr: qr_svg(&link)?.replace("qr-title", &format!("qr-{}", door.id)),
            link,
            until: when(door.expires_at, t.lang),
            inside: seats.into_iter().map(|seat| seat.name).collect(),
            code: door.code,
        });
    }
    Ok(views)
}

/// Opens a way in.
pub(super) async fn open(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
    _form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let room = room_of(&app, facility, id).await?;
    if room.closed_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("inc-closed-refused")));
    }
    if app.store.doors(facility, Purpose::Incident, id.0).await?.len() >= MOST {
        return Err(Problem::unprocessable(Key("inc-doors-many")));
    }
    let roles = app.catalogue.incident.roles.iter();
    let roles = roles.map(|role| RoleChoice { key: role.id.clone(), name: role.title.clone() }).collect();
    let now = app.now();
    let choice = serde_json::to_value(Choices { roles })?;
    let until = now.plus_seconds(HOURS * 60 * 60);
    app.store.open_door(&visit.act(now), facility, Purpose::Incident, id.0, &choice, until).await?;
    Ok(visit.done(&app, &format!("{}#helpers", home(facility, id)), Key("notice-saved")))
}

/// Closes a way in: helpers behind it are out.
pub(super) async fn shut(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, door)): Path<(FacilityId, RoomId, DoorId)>,
    _form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    room_of(&app, facility, id).await?;
    let own = app.store.doors(facility, Purpose::Incident, id.0).await?.into_iter().any(|known| known.id == door);
    if !own {
        return Err(Problem::NotFound);
    }
    app.store.close_door(&visit.act(app.now()), facility, door).await?;
    Ok(visit.done(&app, &format!("{}#helpers", home(facility, id)), Key("notice-saved")))
}
