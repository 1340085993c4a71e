//! The watch screen: members by need today, each number with its reason.

use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_centre::look;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::watch::need::{Need, needs};
use hakutaku_store::CaseState;

/// Cases named at the head of the screen.
const WORST: u32 = 500;

/// A part of a sum in words.
pub(super) struct Part {
    pub(super) says: String,
    pub(super) reckoned: String,
    pub(super) first: String,
}

struct Line {
    href: String,
    key: String,
    name: String,
    points: u32,
    mood: &'static str,
    sum: String,
    worst: String,
    parts: Vec<Part>,
    unknown: String,
}

#[derive(Template)]
#[template(path = "region/screen.html")]
struct ScreenPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
    open: usize,
    urgent: usize,
    waiting: u64,
    sensors: usize,
    unwell: usize,
    when: String,
}

/// All members by need, as of now; with `only`, just that one.
pub(crate) async fn needs_now(app: &AppState, only: Option<FacilityId>) -> Result<Vec<Need>, Problem> {
    let mut facilities = app.store.facilities().await?;
    facilities.retain(|row| only.is_none_or(|id| row.id == id));
    let mut weak = app.region.weak.lock().await;
    let found = look::situations(&app.store, &app.catalogue, &facilities, &mut weak, app.now()).await?;
    Ok(needs(&app.catalogue.region.factors, &found))
}

/// The parts of a sum, greatest first.
pub(super) fn parts_of(t: Words, need: &Need) -> Vec<Part> {
    need.parts
        .iter()
        .map(|part| Part {
            says: t.text(&part.says).to_owned(),
            reckoned: if part.limited {
                t.a3("region-reckoned-limited", ("count", part.count), ("each", part.each), ("points", part.points))
            } else {
                t.a3("region-reckoned", ("count", part.count), ("each", part.each), ("points", part.points))
            },
            first: t.text(&part.first).to_owned(),
        })
        .collect()
}

/// What is not known, in words.
pub(super) fn unknown_of(t: Words, need: &Need) -> String {
    let names: Vec<String> = need.unknown.iter().map(|factor| t.text(&factor.title()).to_owned()).collect();
    names.join(&t.m("list-separator"))
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, now) = (visit.t(), app.now());
    let all = needs_now(&app, None).await?;
    let lines = all
        .iter()
        .map(|need| Line {
            href: format!("/region/members/{}", need.facility),
            key: need.facility.to_string(),
            name: need.name.clone(),
            points: need.points,
            mood: match need.points {
                40.. => "bad",
                10.. => "now",
                _ => "",
            },
            sum: need.sum(),
            worst: need.parts.first().map_or_else(String::new, |part| t.text(&part.says).to_owned()),
            parts: parts_of(t, need),
            unknown: unknown_of(t, need),
        })
        .collect();
    let open = app.store.cases(CaseState::Open, WORST).await?;
    let sensors = app.store.all_sensors().await?;
    html(&ScreenPage {
        t,
        page: visit.page(t.m("region-title")),
        tabs: nav::region_tabs(&visit),
        lines,
        urgent: open
            .iter()
            .filter(|kept| kept.case.severity == hakutaku_model::region::correlate::Severity::Urgent)
            .count(),
        open: open.len(),
        waiting: app.store.arrivals_waiting().await?,
        unwell: sensors.iter().filter(|sensor| look::is_unwell(sensor, now)).count(),
        sensors: sensors.len(),
        when: now.minute_in_japan(t.lang),
    })
}
