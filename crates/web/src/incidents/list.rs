//! Past incidents, and the button that starts one.

use super::{base, home};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::incident::{Incident, Setup, read_moment, reports_open, when};
use hakutaku_model::room::RoomKind;

struct Row {
    href: String,
    title: String,
    known: String,
    closed: Option<String>,
    entries: usize,
    open_reports: usize,
}

#[derive(Template)]
#[template(path = "incidents/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    form: Form,
    may: bool,
    rows: Vec<Row>,
    gaps: Vec<String>,
    coming: Vec<String>,
}

/// The page.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default()).await
}

async fn page(app: &AppState, visit: &Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let guide = &app.catalogue.incident;
    let today = app.now().date_in_japan();
    let mut rows = Vec::new();
    for room in app.store.rooms(facility, RoomKind::Incident).await? {
        let incident = Incident::fold(&room, &app.store.entries(room.id).await?);
        rows.push(Row {
            href: home(facility, room.id),
            known: when(incident.known_at, t.lang),
            closed: room.closed_at.map(|at| when(at, t.lang)),
            entries: incident.lines.len(),
            open_reports: reports_open(&incident, guide, today).len(),
            title: room.title,
        });
    }
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage {
        t,
        page: visit.page(t.m("inc-title")),
        tabs: nav::tabs(visit, nav::PREPARE),
        base: base(facility),
        form,
        may: visit.may(Action::ManageIncident),
        rows,
        gaps: guide.gaps.iter().map(|text| t.text(text).to_owned()).collect(),
        coming: guide.coming.iter().map(|text| t.text(text).to_owned()).collect(),
    };
    Ok((status, html(&page)?).into_response())
}

/// Starts an incident: at once, with nothing to fill in.
pub(super) async fn start(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let title = if form.value("title").trim().is_empty() {
        t.a("inc-default-title", "when", when(now, t.lang))
    } else {
        form.line("title", 120)
    };
    let known_at = match form.value("known").trim() {
        "" => Some(now),
        typed => read_moment(typed).filter(|at| *at <= now),
    };
    if known_at.is_none() {
        form.fault("known", Key("inc-wrong-moment"));
    }
    let (true, Some(known_at)) = (form.is_right(), known_at) else { return page(&app, &visit, form).await };
    let setup = serde_json::to_value(Setup { known_at })?;
    let room = app.store.create_room(&visit.act(now), facility, RoomKind::Incident, &title, &setup).await?;
    Ok(visit.done(&app, &home(facility, room.id), Key("inc-notice-started")))
}
