//! The merge plan: which lines could come in by one watched gateway, before and after.

use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::connection_picture::sign;
use hakutaku_model::connection::merge::{Entrances, Fate, Step};
use hakutaku_model::connection::{MergePlan, Severity, merge_plan};

struct Line {
    order: usize,
    name: String,
    reason: String,
    missing: Vec<String>,
    /// Sign, word and how many, by severity.
    marks: Vec<(&'static str, String, usize)>,
    marks_after: usize,
}

#[derive(Template)]
#[template(path = "connections/merge.html")]
struct MergePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    empty: bool,
    before: Entrances,
    after: Entrances,
    moves: Vec<Line>,
    open: Vec<Line>,
    stays: Vec<Line>,
    gateway: String,
    gateway_source: String,
}

/// The plan of the facility of this visit.
pub(crate) async fn plan(app: &AppState, visit: &Visit) -> Result<MergePlan, Problem> {
    let rows = app.store.records(visit.place()?.id).await?;
    Ok(merge_plan(&rows, &app.catalogue.connections, app.now().date_in_japan()))
}

fn line(t: Words, at: usize, step: &Step) -> Line {
    let of = |severity: Severity| step.marks.iter().filter(|mark| mark.severity == severity).count();
    Line {
        order: at + 1,
        name: step.name.clone(),
        reason: t.text(&step.reason).to_owned(),
        missing: step.missing.iter().map(|text| t.text(text).to_owned()).collect(),
        marks: Severity::ALL
            .iter()
            .filter(|severity| of(**severity) > 0)
            .map(|severity| (sign(*severity), t.text(&severity.title()).to_owned(), of(*severity)))
            .collect(),
        marks_after: step.marks_after,
    }
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let plan = plan(&app, &visit).await?;
    let base = format!("/facilities/{}/ledger/connections", visit.place()?.id);
    let with = |fate| plan.with(fate).enumerate().map(|(at, step)| line(t, at, step)).collect::<Vec<_>>();
    let gateway = &app.catalogue.connections.gateway;
    let page = MergePage {
        t,
        page: visit.page(t.m("connection-merge")).under(base, t.m("connection-title")),
        tabs: nav::tabs(&visit, nav::LEDGER),
        empty: plan.steps.is_empty(),
        moves: with(Fate::Moves),
        open: with(Fate::Open),
        stays: with(Fate::Stays),
        before: plan.before,
        after: plan.after,
        gateway: t.text(&gateway.text).to_owned(),
        gateway_source: gateway.source.as_ref().map(|source| source.title.clone()).unwrap_or_default(),
    };
    Ok(html(&page)?.into_response())
}
