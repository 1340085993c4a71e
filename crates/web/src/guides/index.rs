//! Which guides there are.

use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;

struct Line {
    href: String,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "guides/index.html")]
struct IndexPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let base = format!("/facilities/{}/vendors/guides", visit.place()?.id);
    let mut lines: Vec<Line> = app
        .catalogue
        .scope
        .iter()
        .map(|guide| Line {
            href: format!("{base}/scope/{}", guide.id),
            title: t.text(&guide.title).to_owned(),
            about: t.text(&guide.intro).to_owned(),
        })
        .collect();
    lines.push(Line {
        href: format!("{base}/procurement"),
        title: t.m("guide-procurement-title"),
        about: t.m("guide-procurement-lead"),
    });
    html(&IndexPage { t, page: visit.page(t.m("guide-title")), tabs: nav::tabs(&visit, nav::VENDORS), lines })
}
