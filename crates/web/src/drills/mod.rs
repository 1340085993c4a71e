//! Drills: setting one up, conducting it, the poster people join by, and what is kept of it.
//!
//! | file | what a person does |
//! |---|---|
//! | [`list`] | sees the drills of the house |
//! | [`create`], [`scenarios`], [`options`] | chooses a scenario (or brings one) and sets a drill up |
//! | [`room`] | opens and closes the doors, sees who came and the course, closes the record |
//! | [`poster`] | shows code, QR code and clock on the wall |
//! | [`console`], [`commands`] | conducts it, by hand or by keys |
//! | [`fence`], [`entries`] | who reads which entry; the journal as a stream for programs |
//! | [`live`], [`ticker`], [`presence`] | keep the state, write what the clock brings, know who is there |
//! | [`screens`], [`stream`] | what travels to the screens, and how |
//! | [`view_console`], [`view_player`], [`view_observer`], [`feed`], [`words`] | how it looks |
//!
//! Players and observers sit in [`crate::drill_seat`].

mod commands;
mod console;
mod create;
mod entries;
mod feed;
mod fence;
mod list;
pub(crate) mod live;
pub(crate) mod options;
mod poster;
pub(crate) mod presence;
mod room;
pub(crate) mod scenarios;
pub(crate) mod screens;
pub(crate) mod stream;
pub(crate) mod ticker;
mod view_console;
mod view_observer;
mod view_player;
pub(crate) mod words;

pub(crate) use commands::{Command, LONGEST, conduct, once_of};
pub(crate) use create::{NewDrill, make};
pub(crate) use entries::entries_stream;
pub(crate) use fence::may_read;
pub(crate) use list::drills_of;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action as A;
use hakutaku_model::id::{FacilityId, RoomId};
use live::LiveDrill;
use serde_json::json;
use std::sync::Arc;

/// The routes of setting up and conducting.
#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/plan/drills", A::ReadDrills, Facility, list::show)
        .upload("/facilities/{facility}/plan/drills", A::ConductDrill, Facility, scenarios::LARGEST_FORM, create::create)
        .get("/facilities/{facility}/plan/drills/new", A::ConductDrill, Facility, create::choose)
        .upload("/facilities/{facility}/plan/drills/check", A::ConductDrill, Facility, scenarios::LARGEST_UPLOAD, create::check_own)
        .get("/facilities/{facility}/plan/drills/{room}", A::ReadDrills, Facility, room::show)
        .post("/facilities/{facility}/plan/drills/{room}/door", A::ConductDrill, Facility, room::door)
        .post("/facilities/{facility}/plan/drills/{room}/close", A::ConductDrill, Facility, room::close)
        .get("/facilities/{facility}/plan/drills/{room}/poster", A::ReadDrills, Facility, poster::show)
        .stream("/facilities/{facility}/plan/drills/{room}/poster/live", A::ReadDrills, Facility, poster::listen)
        .get("/facilities/{facility}/plan/drills/{room}/console", A::ConductDrill, Facility, console::show)
        .post("/facilities/{facility}/plan/drills/{room}/console", A::ConductDrill, Facility, console::command)
        .stream("/facilities/{facility}/plan/drills/{room}/live", A::ConductDrill, Facility, console::listen)
}

/// The address of a drill's pages, as one of its facilities sees it.
pub(crate) fn base_of(facility: FacilityId, room: RoomId) -> String {
    format!("/facilities/{facility}/plan/drills/{room}")
}

/// A drill in which a facility takes part, or which it conducts; any other is not there.
pub(crate) async fn find(app: &AppState, facility: FacilityId, room: RoomId) -> Result<Arc<LiveDrill>, Problem> {
    let drill = app.drills.get(app, room).await?;
    if drill.takes_part(facility) { Ok(drill) } else { Err(Problem::NotFound) }
}

/// A drill this very facility conducts.
pub(crate) async fn find_own(app: &AppState, facility: FacilityId, room: RoomId) -> Result<Arc<LiveDrill>, Problem> {
    let drill = find(app, facility, room).await?;
    if drill.room.facility == facility { Ok(drill) } else { Err(Problem::NotFound) }
}

/// After something was sent from a screen: a script hears that it is written (the screen learns the rest from its stream);
/// a plain form is led back to its page.
pub(crate) fn after(
    visit: &Visit,
    headers: &HeaderMap,
    back: &str,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    if !wants_json(headers) {
        return done.map(|()| Redirect::to(back).into_response());
    }
    match done {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(problem @ (Problem::Said(..) | Problem::Detailed(..))) => {
            let (status, sentence) = match problem {
                Problem::Said(status, key) => (status, visit.t().k(key)),
                Problem::Detailed(status, key, detail) => (status, format!("{} {detail}", visit.t().k(key))),
                _ => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
            };
            Ok((status, axum::Json(json!({ "detail": sentence }))).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json"))
}
