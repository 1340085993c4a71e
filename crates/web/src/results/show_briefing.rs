//! The executives' page: one sheet, three gaps, three decisions.

use crate::AppState;
use crate::results::figures;
use crate::results::gather::Gathered;
use crate::results::show::under_results;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::report::ResultReport;

#[derive(Template)]
#[template(path = "results/briefing.html")]
struct BriefingPage {
    t: Words,
    page: Page,
    report: ResultReport,
    base: String,
    may_read_result: bool,
}

impl BriefingPage {
    /// How far along a drawing 300 wide.
    fn along(&self, share: &f64) -> String {
        figures::along(*share)
    }
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    if gathered.is_typology(&app.catalogue)? {
        return Err(Problem::NotFound);
    }
    let t = visit.t();
    let report = gathered.report(&app.catalogue, visit.lang, app.now())?;
    let base = gathered.href();
    let may_read_result = visit.may(Action::ReadResult);
    let results = format!("/facilities/{}/results", visit.place()?.id);
    let mut page = under_results(&visit, t.m("briefing-title"), &results);
    if may_read_result {
        page = page.under(format!("{base}/result"), t.a("result-title", "form", &report.questionnaire.title));
    }
    html(&BriefingPage { t, page, report, base, may_read_result })
}
