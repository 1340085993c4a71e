//! Step 5: done, and what to do next.

use super::{Step, steps};
use crate::access::has_page;
use crate::shell::page::{Page, Place, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::response::Html;

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
    place: Option<Place>,
    assessments: bool,
}

pub(super) async fn show(visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let page = Page { nav: Vec::new(), places: Vec::new(), ..visit.page(t.m("setup-done-title")) };
    let assessments = has_page("/facilities/{facility}/assessments");
    html(&DonePage { t, page, steps: steps(t, 5), place: visit.places.first().cloned(), assessments })
}
