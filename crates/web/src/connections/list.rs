//! All connections with their marks, the riskiest first.

use super::picture::{Source, drawn};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::connection_picture::Line;
use hakutaku_model::access::Action;

struct Case {
    name: String,
    summary: String,
    source: String,
    url: Option<String>,
}

#[derive(Template)]
#[template(path = "connections/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_edit: bool,
    /// With the number each has in the picture.
    lines: Vec<Line>,
    high: usize,
    uncut: usize,
    lesson: String,
    cases: Vec<Case>,
    types: Vec<(String, String)>,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let source = Source::of(&app, &visit).await?;
    let picture = drawn(&source, visit.lang, app.now());
    let mut lines: Vec<Line> = picture.groups.into_iter().flat_map(|group| group.lines).collect();
    let of = |line: &Line, severity: &str| line.marks.iter().filter(|mark| mark.severity == severity).count();
    lines.sort_by_key(|line| (std::cmp::Reverse((of(line, "high"), of(line, "medium"), of(line, "low"))), line.number));
    let guide = &app.catalogue.connections;
    let page = ListPage {
        t,
        page: visit.page(t.m("connection-title")),
        tabs: nav::tabs(&visit, nav::LEDGER),
        base: format!("/facilities/{facility}/ledger/connections"),
        may_edit: visit.may(Action::EditLedger),
        high: lines.iter().filter(|line| of(line, "high") > 0).count(),
        uncut: source.rows.iter().filter(|row| !row.body.has_cutter()).count(),
        lines,
        lesson: t.text(&guide.lesson.text).to_owned(),
        cases: guide
            .cases
            .iter()
            .map(|case| Case {
                name: t.text(&case.name).to_owned(),
                summary: t.text(&case.summary).to_owned(),
                source: case.source.title.clone(),
                url: case.source.url.clone(),
            })
            .collect(),
        types: guide.types.iter().map(|kind| (t.text(&kind.title).to_owned(), t.text(&kind.risk).to_owned())).collect(),
    };
    Ok(html(&page)?.into_response())
}
