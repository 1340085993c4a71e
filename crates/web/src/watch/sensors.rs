//! The sensors of the house, and letting another one in.

use super::{base, standing_words};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;

/// A code waits a day for its sensor.
pub(crate) const CODE_SECONDS: i64 = 24 * 60 * 60;

struct Line {
    href: String,
    name: String,
    standing: String,
    mood: &'static str,
    heard: String,
    touches: u64,
    behind: u64,
    decoys: usize,
}

/// A code that was just made: shown this once.
struct NewCode {
    code: String,
    command: String,
    until: String,
}

#[derive(Template)]
#[template(path = "watch/sensors.html")]
struct SensorsPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    form: Form,
    may: bool,
    new: Option<NewCode>,
    /// (name, until)
    waiting: Vec<(String, String)>,
    lines: Vec<Line>,
}

async fn page(app: &AppState, visit: &Visit, form: Form, new: Option<NewCode>) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let base = base(facility);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut sensors = app.store.sensors(facility).await?;
    sensors.sort_by_key(|sensor| sensor.standing(now));
    let lines = sensors
        .iter()
        .map(|sensor| {
            let (words, mood) = standing_words(sensor.standing(now));
            Line {
                href: format!("{base}/sensors/{}", sensor.id),
                name: sensor.name.clone(),
                standing: t.k(words),
                mood,
                heard: sensor.heard_at.map_or_else(String::new, |at| at.minute_in_japan(t.lang)),
                touches: sensor.chain.number,
                behind: sensor.behind(),
                decoys: sensor.health.as_ref().map_or(0, |health| health.decoys.len()),
            }
        })
        .collect();
    let waiting = app.store.waiting_sensors(facility, now).await?;
    let page = SensorsPage {
        t,
        page: visit.page(t.m("watch-sensors-title")),
        tabs: nav::tabs(visit, nav::WATCH),
        may: visit.may(Action::EditSensors),
        waiting: waiting.into_iter().map(|code| (code.name, code.expires_at.minute_in_japan(t.lang))).collect(),
        base,
        form,
        new,
        lines,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

/// What is typed at the sensor. The configuration names the spool: without it another sensor than the one that runs would
/// be enrolled.
pub(crate) fn enrolment_command(app: &AppState, code: &str) -> String {
    let centre = app.link("");
    let centre = centre.trim_end_matches('/');
    format!("hakutaku-decoy enrol --config /etc/hakutaku-decoy.toml --centre {centre} --code {code}")
}

/// Makes a code.
pub(super) async fn invite(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let name = form.line("name", 100);
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    let now = app.now();
    let until = now.plus_seconds(CODE_SECONDS);
    let code = app.store.invite_sensor(&visit.act(now), visit.place()?.id, &name, until).await?;
    let new = NewCode { command: enrolment_command(&app, &code), until: until.minute_in_japan(visit.lang), code };
    page(&app, &visit, Form::default(), Some(new)).await
}
