//! The cases of the region.

use super::mood;
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_centre::look;
use hakutaku_store::CaseState;
use serde::Deserialize;

/// Cases on the page.
const MOST: u32 = 200;

struct Line {
    href: String,
    title: String,
    severity: String,
    mood: &'static str,
    facilities: String,
    changed: String,
    state: String,
}

#[derive(Template)]
#[template(path = "region/cases.html")]
struct CasesPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
    closed: bool,
    full: bool,
}

/// Which.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let closed = asked.state == "closed";
    let names = look::names(&app.store).await?;
    let state = if closed { CaseState::Closed } else { CaseState::Open };
    let found = app.store.cases(state, MOST).await?;
    let lines: Vec<Line> = found
        .iter()
        .map(|kept| {
            let at: Vec<&str> =
                kept.case.facilities().iter().filter_map(|id| names.facilities.get(id).map(String::as_str)).collect();
            Line {
                href: format!("/region/cases/{}", kept.case.id),
                title: t.text(&kept.case.title(&app.catalogue.region.rules)).to_owned(),
                severity: t.text(&kept.case.severity.title()).to_owned(),
                mood: mood(kept.case.severity),
                facilities: at.join(&t.m("list-separator")),
                changed: kept.changed_at.minute_in_japan(t.lang),
                state: match &kept.closing {
                    Some(closing) if closed => t.a("region-closed-by", "who", closing.by.as_str()),
                    Some(_) => t.m("region-open-again"),
                    None => String::new(),
                },
            }
        })
        .collect();
    html(&CasesPage {
        t,
        page: visit.page(t.m("region-cases-title")),
        tabs: nav::region_tabs(&visit),
        full: lines.len() >= MOST as usize,
        lines,
        closed,
    })
}
