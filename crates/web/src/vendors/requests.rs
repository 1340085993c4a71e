//! What was asked of vendors: all of it with its state, and what to do about what is late.

use super::forms;
use super::list::{Mark, state};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::time::date_words;
use hakutaku_model::vendor_request::{Request, State as RequestState};

struct Line {
    id: String,
    vendor: String,
    title: String,
    due: String,
    mark: Mark,
    reminders: usize,
    late: bool,
    locked: bool,
}

#[derive(Template)]
#[template(path = "vendors/requests.html")]
struct RequestsPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    lines: Vec<Line>,
    late: Vec<Line>,
    any_locked: bool,
    may_edit: bool,
}

/// All requests: late and closed ones first.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let line = |request: Request| Line {
        id: request.id.to_string(),
        title: forms::title(&app.catalogue, &request.ask, t),
        due: date_words(request.due, t.lang),
        mark: state(&request, now, t),
        reminders: request.reminders.len(),
        late: request.state(now) == RequestState::Late,
        locked: request.state(now) == RequestState::Locked,
        vendor: request.vendor_name,
    };
    let lines: Vec<Line> = app.store.vendor_requests(facility).await?.into_iter().map(line).collect();
    let (late, lines): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.late || line.locked);
    html(&RequestsPage {
        t,
        page: visit.page(t.k(Key("vendor-requests-title"))),
        tabs: nav::tabs(&visit, nav::VENDORS),
        base: format!("/facilities/{facility}/vendors"),
        any_locked: late.iter().any(|line| line.locked),
        lines,
        late,
        may_edit: visit.may(Action::EditVendors),
    })
}

#[derive(Template)]
#[template(path = "vendors/reminder.html")]
struct ReminderPage {
    t: Words,
    page: Page,
    letter: String,
    back: String,
}

/// Writes a reminder to copy, and notes the day. Nothing is sent from here.
pub(super) async fn remind(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
) -> Result<Html<String>, Problem> {
    let (t, now) = (visit.t(), app.now());
    let place = visit.place()?.clone();
    let request = app.store.vendor_request(place.id, id).await?;
    if request.answered_at.is_some() || request.revoked_at.is_some() {
        return Err(Problem::unprocessable(Key("vendor-remind-not-open")));
    }
    app.store.note_vendor_reminder(&visit.act(now), place.id, id).await?;
    let title = forms::title(&app.catalogue, &request.ask, t);
    let due = date_words(request.due, t.lang);
    let body = if request.is_late(now.date_in_japan()) {
        t.a2("vendor-reminder-late", "form", &title, "due", &due)
    } else {
        t.a2("vendor-reminder-soon", "form", &title, "due", &due)
    };
    let letter = format!(
        "{}\n\n{}\n\n{body}\n\n{}\n\n{}",
        t.a("vendor-letter-to", "vendor", &request.vendor_name),
        t.a("vendor-letter-from", "facility", &place.name),
        t.m("vendor-reminder-link"),
        place.name,
    );
    let base = format!("/facilities/{}/vendors", place.id);
    html(&ReminderPage {
        t,
        page: visit
            .page(t.a("vendor-reminder-title", "vendor", &request.vendor_name))
            .under(base.clone(), t.k(Key("vendor-title")))
            .under(format!("{base}/requests"), t.k(Key("vendor-requests-title"))),
        letter,
        back: format!("{base}/requests"),
    })
}

/// Withdraws a request: its link no longer opens.
pub(super) async fn withdraw(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    app.store.withdraw_vendor_request(&visit.act(app.now()), facility, id).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/vendors/requests"), Key("vendor-withdrawn")))
}
