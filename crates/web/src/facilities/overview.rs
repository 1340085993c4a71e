//! One facility at a glance: its questionnaires, and what to do next.

use super::standing::{FacilityStanding, State as Standing, standing};
use crate::AppState;
use crate::actions::pulse::{Pulse, pulse};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;

#[derive(Template)]
#[template(path = "facilities/overview.html")]
struct OverviewPage {
    t: Words,
    page: Page,
    facility: FacilityStanding,
    actions: Option<Pulse>,
    notices: Option<crate::notices::Unread>,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let row = app.store.facility(visit.place()?.id).await?;
    let facility = standing(&app, &visit, &row).await?;
    let actions = pulse(&app, &visit, row.id).await?.filter(|pulse| !pulse.is_empty());
    let notices = crate::notices::unread(&app, &visit, row.id).await?;
    html(&OverviewPage { t, page: visit.page(facility.name.clone()), facility, actions, notices })
}
