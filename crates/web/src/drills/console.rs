//! The conductor's screen.

use super::commands::{Command, conduct, once_of};
use super::create::speeds;
use super::live::LiveDrill;
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
    /// The facilities, where several take part: id and name.
    places: Vec<(String, String)>,
    /// All injects, to tell one of them to a single facility: id and how it begins.
    injects: Vec<(String, String)>,
}

/// So much of an inject's text stands in a list to choose from.
const BEGINNING: usize = 40;

/// The injects in the order of the scenario, with their minute.
fn injects(t: Words, drill: &LiveDrill) -> Vec<(String, String)> {
    let line = |inject: &hakutaku_model::exercise::scenario::Inject| {
        let text = t.text(&inject.text);
        let mut short: String = text.chars().take(BEGINNING).collect();
        if text.chars().count() > BEGINNING {
            short.push('…');
        }
        let minute = inject.at.map(|at| format!("{at} ")).unwrap_or_default();
        (inject.id.clone(), format!("{minute}{short}"))
    };
    drill.setup.scenario.injects.iter().map(line).collect()
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
    let places = if drill.several() { drill.places() } else { Vec::new() };
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
        injects: if places.is_empty() { Vec::new() } else { injects(t, &drill) },
        places: places.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
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
