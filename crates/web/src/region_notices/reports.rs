//! Reports without a sender: what their readers see is all there is.

use super::{BASE, edit};
use crate::AppState;
use crate::notices::{Parts, published_parts};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::ReportId;
use hakutaku_model::region::notice::{LONGEST_TEXT, Notice};
use hakutaku_model::time::date_words;
use hakutaku_store::ReportState;

/// Reports on the page.
const MOST: u32 = 200;

struct Line {
    href: String,
    id: String,
    day: String,
    state: String,
    new: bool,
    parts: Parts,
}

#[derive(Template)]
#[template(path = "region_notices/reports.html")]
struct ReportsPage {
    t: Words,
    page: Page,
    may: bool,
    lines: Vec<Line>,
}

fn state_words(state: ReportState) -> Key {
    match state {
        ReportState::New => Key("region-notices-report-new"),
        ReportState::Used => Key("region-notices-report-used"),
        ReportState::PutAside => Key("region-notices-report-aside"),
    }
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let lines = app
        .store
        .reports(MOST)
        .await?
        .iter()
        .map(|one| Line {
            href: format!("{BASE}/reports/{}", one.id),
            id: one.id.to_string(),
            day: date_words(one.day, t.lang),
            state: t.k(state_words(one.state)),
            new: one.state == ReportState::New,
            parts: published_parts(t, one.kind, &one.when, &one.text, &one.indicators, &one.products),
        })
        .collect();
    html(&ReportsPage {
        t,
        page: visit.page(t.m("region-notices-reports")).under(BASE, t.m("region-notices-title")),
        may: visit.may(Action::WatchRegion),
        lines,
    })
}

/// Makes a draft of a report, or puts it aside.
pub(super) async fn settle(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<ReportId>,
    form: Form,
) -> Result<Response, Problem> {
    let now = app.now();
    let (act, report) = (visit.act(now), app.store.report(id).await?);
    match form.value("do") {
        "draft" => {
            // Title and things to do are still to be written: the form says so.
            let notice = Notice {
                kind: report.kind,
                text: report.text.chars().take(LONGEST_TEXT).collect(),
                indicators: report.indicators,
                products: report.products,
                ..edit::blank(now)
            };
            let kept = app.store.draft_notice(&act, &notice, false).await?;
            app.store.settle_report(&act, id, ReportState::Used).await?;
            Ok(Redirect::to(&format!("{BASE}/{}/edit", kept.id)).into_response())
        }
        "aside" => {
            app.store.settle_report(&act, id, ReportState::PutAside).await?;
            Ok(visit.done(&app, &format!("{BASE}/reports"), Key("notice-saved")))
        }
        _ => Err(Problem::unprocessable(Key("form-choose"))),
    }
}
