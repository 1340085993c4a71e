//! Closing an incident: what is to be remembered, what has to be mended, which paragraphs of the plan change.

use super::write::{append, author_of};
use super::{base, home, incident_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::day;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{Event, Operation, Running, reports_open};
use hakutaku_model::plan::SectionKey;
use hakutaku_model::seat::Purpose;

/// Actions that can be noted at once; more are added in the register of actions.
const ROWS: usize = 6;

struct ActionRow {
    number: usize,
    title: String,
    owner: String,
    due: String,
    section: String,
}

#[derive(Template)]
#[template(path = "incidents/close.html")]
struct ClosePage {
    t: Words,
    page: Page,
    home: String,
    form: Form,
    open_reports: Vec<String>,
    still: Vec<String>,
    rows: Vec<ActionRow>,
    sections: Vec<(&'static str, String)>,
}

async fn page(app: &AppState, visit: &Visit, id: RoomId, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let (room, incident) = incident_of(app, facility, id).await?;
    if room.closed_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("inc-closed-refused")));
    }
    let guide = &app.catalogue.incident;
    let open_reports = reports_open(&incident, guide, app.now().date_in_japan())
        .into_iter()
        .filter_map(|view| guide.report(&view.id).map(|kind| t.text(&kind.name()).to_owned()))
        .collect();
    let mut still: Vec<String> = incident
        .systems
        .iter()
        .filter(|(_, history)| history.last().is_some_and(|was| was.state != Running::Up))
        .map(|(name, _)| name.clone())
        .collect();
    still.extend(
        incident
            .wards
            .iter()
            .filter(|(_, history)| history.last().is_some_and(|was| was.state != Operation::Normal))
            .map(|(name, _)| name.clone()),
    );
    let typed = |name: String| form.value(&name).to_owned();
    let rows = (1..=ROWS)
        .map(|number| ActionRow {
            number,
            title: typed(format!("title-{number}")),
            owner: typed(format!("owner-{number}")),
            due: typed(format!("due-{number}")),
            section: typed(format!("section-{number}")),
        })
        .collect();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let home = home(facility, id);
    let page = ClosePage {
        t,
        page: visit.page(t.m("inc-close")).under(base(facility), t.m("inc-title")).under(&home, &room.title),
        home,
        form,
        open_reports,
        still,
        rows,
        sections: SectionKey::ALL.iter().map(|section| (section.key(), t.text(&section.title()).to_owned())).collect(),
    };
    Ok((status, html(&page)?).into_response())
}

/// The form.
pub(super) async fn ask(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, Form::default()).await
}

/// The actions the form names.
fn actions(form: &mut Form, room: RoomId) -> Vec<CorrectiveAction> {
    let mut actions = Vec::new();
    for number in 1..=ROWS {
        let value = |name: &str| form.value(&format!("{name}-{number}")).trim().to_owned();
        let (title, owner, due, section) = (value("title"), value("owner"), value("due"), value("section"));
        if title.is_empty() {
            if !owner.is_empty() || !due.is_empty() {
                form.fault("actions", Key("inc-action-title"));
            }
            continue;
        }
        if title.chars().count() > 200 || owner.chars().count() > 120 {
            form.fault("actions", Key("form-too-long"));
        }
        let day = day::parse(&due);
        if !due.is_empty() && day.is_none() {
            form.fault("actions", Key("inc-action-day"));
        }
        let mut action = CorrectiveAction::new(&title, Source::Incident { room });
        action.owner = owner;
        action.due = day;
        action.plan_section = SectionKey::from_key(&section).map(|section| section.key().to_owned());
        actions.push(action);
    }
    actions
}

/// Closes it for good: actions first, then the last line, then the door and the room.
pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (room, incident) = incident_of(&app, facility, id).await?;
    if room.closed_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("inc-closed-refused")));
    }
    let now = app.now();
    let summary = form.value("summary").replace("\r\n", "\n").trim().to_owned();
    if summary.is_empty() {
        form.fault("summary", Key("form-empty"));
    } else if summary.chars().count() > 2000 {
        form.fault("summary", Key("form-too-long"));
    }
    let open = reports_open(&incident, &app.catalogue.incident, now.date_in_japan());
    if !open.is_empty() && form.value("anyway") != "yes" {
        form.fault("anyway", Key("inc-close-reports-open"));
    }
    let actions = actions(&mut form, id);
    if !form.is_right() {
        return page(&app, &visit, id, form).await;
    }
    let act = visit.act(now);
    let titles = actions.iter().map(|action| action.title.clone()).collect();
    // The last line goes first and only once: whoever presses twice makes no action twice.
    let ended = Event::Ended { summary, actions: titles };
    let author = author_of(&visit, &incident);
    let added = append(&app, &room, &author, visit.lang, vec![ended], |_| Some("ended".to_owned())).await?;
    if !added.is_empty() {
        for action in &actions {
            app.store.add_record(&act, facility, action).await?;
        }
    }
    for door in app.store.doors(facility, Purpose::Incident, id.0).await? {
        if door.is_open(now) {
            app.store.close_door(&act, facility, door.id).await?;
        }
    }
    app.store.close_room(&act, facility, id).await?;
    app.live.publish(id, "changed", &serde_json::json!({ "closed": true }));
    Ok(visit.done(&app, &home(facility, id), Key("inc-notice-closed")))
}
