//! The conductor's screen.

use super::commands::{Command, conduct, once_of};
use super::create::speeds;
use super::screens::{Audience, Parts};
use super::words::{for_scripts, role_title};
use super::{after, base_of, find_own, stream};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, Response};
use hakutaku_model::id::RoomId;

#[derive(Template)]
#[template(path = "drills/console.html")]
struct ConsolePage {
    t: Words,
    page: Page,
    base: String,
    scenario: String,
    position: usize,
    clock: String,
    words: String,
    minute: String,
    parts: Parts,
    roles: Vec<(String, String)>,
    speeds: Vec<(String, String, bool)>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let drill = find_own(&app, facility, id).await?;
    let audience = Audience::Console { lang: t.lang };
    let page = visit.page(drill.room.title.clone());
    let (parts, position, clock, minute) = drill.page(&app, &audience, &page.csrf).await?;
    let scenario = &drill.setup.scenario;
    let speed = drill.read(&app, |state| state.clock.speed).await?.max(drill.options.speed.min(1));
    let roles = drill.options.roles_of(scenario).into_iter();
    html(&ConsolePage {
        t,
        page: page.under(base_of(facility, id), t.m("drill-back-to-room")),
        base: base_of(facility, id),
        scenario: t.text(&scenario.title).to_owned(),
        position,
        clock: clock.to_string(),
        words: for_scripts(t),
        minute,
        parts,
        roles: roles.map(|role| (role.id.clone(), role_title(t, scenario, &role.id))).collect(),
        speeds: speeds(t)
            .into_iter()
            .map(|(value, title)| {
                let chosen = value == speed.to_string();
                (value, title, chosen)
            })
            .collect(),
    })
}

/// What a key or a button does.
pub(super) async fn command(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let drill = find_own(&app, facility, id).await?;
    let done = match Command::of(&form) {
        Ok(command) => conduct(&app, &visit, &drill, command, once_of(&form)).await,
        Err(problem) => Err(problem),
    };
    after(&visit, &headers, &format!("{}/console", base_of(facility, id)), done)
}

pub(super) async fn listen(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
    headers: HeaderMap,
    Query(from): Query<stream::From>,
) -> Result<Response, Problem> {
    let drill = find_own(&app, visit.place()?.id, id).await?;
    let audience = Audience::Console { lang: visit.t().lang };
    stream::open(&app, drill, audience, None, None, &headers, &from).await
}
