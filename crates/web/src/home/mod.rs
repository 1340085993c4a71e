//! The first page after signing in: what to do next, per facility.

use crate::AppState;
use crate::access::{Routes, Scope, has_page};
use crate::facilities::standing::{FacilityStanding, State as Standing, standing};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_store::HandoverState;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/", Action::OwnAccount, Scope::Own, show)
}

/// Cards shown at most; whoever looks after more uses the list.
const CARDS: usize = 12;

/// A question somebody handed to the visitor.
struct Waiting {
    question: String,
    from: String,
    message: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    t: Words,
    page: Page,
    facilities: Vec<FacilityStanding>,
    more: usize,
    waiting: Vec<Waiting>,
    second_factor: bool,
    may_add: bool,
}

async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let person = visit.person()?;
    let ids: Vec<FacilityId> = visit.places.iter().map(|place| place.id).take(CARDS).collect();
    let mut facilities = Vec::with_capacity(ids.len());
    for row in app.store.facilities_among(&ids).await? {
        facilities.push(standing(&app, &visit, &row).await?);
    }
    let handed = app.store.handovers_for_person(person.id).await?;
    let waiting = handed
        .into_iter()
        .filter(|handover| matches!(handover.state, HandoverState::Open | HandoverState::Returned))
        .map(|handover| Waiting {
            question: app
                .catalogue
                .question(&handover.question)
                .map_or_else(|| handover.question.to_string(), |(_, _, question)| t.text(&question.text).to_owned()),
            from: handover.by,
            message: handover.message,
            href: has_page("/facilities/{facility}/assessments/{assessment}/handed").then(|| {
                format!(
                    "/facilities/{}/assessments/{}/handed#{}",
                    handover.facility, handover.assessment, handover.question
                )
            }),
        })
        .collect();
    let second_factor = person.has_totp || !app.store.passkeys_of(person.id).await?.is_empty();
    html(&HomePage {
        t,
        page: visit.page(t.m("home-title")),
        more: visit.places.len().saturating_sub(CARDS),
        facilities,
        waiting,
        second_factor,
        may_add: visit.may(Action::ManageInstallation),
    })
}
