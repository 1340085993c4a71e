//! A player's screen.

use super::report::{Question, questions};
use super::{Sitting, page};
use crate::AppState;
use crate::drills::presence::OpenScreen;
use crate::drills::screens::Parts;
use crate::drills::stream;
use crate::drills::words::{for_scripts, role_title};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::exercise::Stage;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "drill_seat/play.html")]
struct PlayPage {
    t: Words,
    page: Page,
    position: usize,
    clock: String,
    words: String,
    minute: String,
    role: String,
    name: String,
    brief: String,
    parts: Parts,
    has_sheet: bool,
    waiting: bool,
    ended: bool,
    questions: Vec<Question>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let sitting = Sitting::of(&app, &visit).await?;
    if sitting.observes() {
        return Ok(Redirect::to("/seat/drill/observe").into_response());
    }
    sitting.come_in(&app).await?;
    let drill = &sitting.drill;
    let page = page(&visit, "/seat/drill", drill.room.title.clone());
    let (parts, position, clock, minute) = drill.page(&app, &sitting.audience(&visit), &page.csrf).await?;
    let author = sitting.author();
    let (stage, questions) = drill.read(&app, |state| (state.stage(), questions(t, drill, state, &author))).await?;
    let scenario = &drill.setup.scenario;
    let role = scenario.role(&sitting.seat.role);
    Ok(html(&PlayPage {
        t,
        page,
        position,
        clock: clock.to_string(),
        words: for_scripts(t),
        minute,
        role: role_title(t, scenario, &sitting.seat.role),
        name: sitting.seat.name.clone(),
        brief: role.map_or_else(String::new, |role| t.text(&role.brief).to_owned()),
        parts,
        has_sheet: role.is_some_and(|role| !role.check_sheet.is_empty()),
        waiting: stage == Stage::Waiting,
        ended: stage == Stage::Ended,
        questions,
    })?
    .into_response())
}

/// What is new for this seat's role. Whether it is a player's or an observer's stream, the seat says.
pub(super) async fn listen(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Query(from): Query<stream::From>,
) -> Result<Response, Problem> {
    let sitting = Sitting::of(&app, &visit).await?;
    let (seat, facility) = (&sitting.seat, sitting.door.facility);
    let screen = OpenScreen::new(Arc::clone(&sitting.drill), seat.id, &seat.name, &seat.role, facility);
    let audience = sitting.audience(&visit);
    let (drill, door) = (Arc::clone(&sitting.drill), sitting.door.id);
    stream::open(&app, drill, audience, Some(door), Some(screen), &headers, &from).await
}
