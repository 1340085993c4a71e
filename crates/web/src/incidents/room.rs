//! The incident as it runs: clock, timeline, board, decisions, roles, evidence, costs, helpers.

use super::helpers::DoorView;
use super::view::{BoardRow, LineView, ReportRow, RoleView, lines, report_row, roles, running_for, systems, wards};
use super::{base, home, incident_of};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use hakutaku_model::access::Action;
use hakutaku_model::contacts::{ContactLine, Part};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{CostLine, CustodyItem, Decision, Incident, reports_open, when};
use hakutaku_model::system::System;
use hakutaku_model::text::folded;

struct DecisionView {
    entry: String,
    when: String,
    text: String,
    basis: String,
    by: String,
    undone: Option<String>,
}

struct CustodyView {
    label: String,
    item: String,
    sha256: String,
    hash_differs: bool,
    held: Vec<String>,
}

struct CostView {
    who: String,
    what: String,
    hours: String,
    yen: u64,
}

#[derive(Template)]
#[template(path = "incidents/room.html")]
struct RoomPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    home: String,
    write_at: String,
    files_at: String,
    room: RoomId,
    viewer: String,
    closed: Option<String>,
    may: bool,
    /// For the clock: seconds since somebody knew.
    seconds: i64,
    running: String,
    known: String,
    known_basis: String,
    due: Vec<ReportRow>,
    lines: Vec<LineView>,
    wards: Vec<BoardRow>,
    systems: Vec<BoardRow>,
    decisions: Vec<DecisionView>,
    roles: Vec<RoleView>,
    custody: Vec<CustodyView>,
    costs: Vec<CostView>,
    total: Option<CostView>,
    by_who: Vec<CostView>,
    doors: Vec<DoorView>,
    not_understood: usize,
}

/// Names of wards and systems that the house has written down elsewhere: wards in the plan and in the contact chart.
pub(crate) async fn known_names(app: &AppState, facility: FacilityId) -> Result<(Vec<String>, Vec<String>), Problem> {
    let (_, plan) = app.store.plan_in_force(facility, app.now().date_in_japan()).await?;
    let mut wards: Vec<String> = plan.wards().into_iter().map(str::to_owned).collect();
    let mut called: Vec<String> = app
        .store
        .records::<ContactLine>(facility)
        .await?
        .into_iter()
        .filter(|line| line.body.part == Part::Department && !line.body.place.is_empty())
        .map(|line| line.body.place)
        .collect();
    called.sort();
    called.dedup();
    called.retain(|place| !wards.iter().any(|ward| folded(ward) == folded(place)));
    wards.append(&mut called);
    let mut systems: Vec<_> = app.store.records::<System>(facility).await?.into_iter().map(|row| row.body).collect();
    systems.sort_by_key(|system| (system.recovery_order.is_none(), system.recovery_order));
    Ok((wards, systems.into_iter().map(|system| system.name).collect()))
}

fn hours(minutes: u64, t: Words) -> String {
    t.a2("inc-hours", "hours", minutes / 60, "minutes", minutes % 60)
}

fn decision(one: &Decision, t: Words) -> DecisionView {
    DecisionView {
        entry: one.entry.to_string(),
        when: when(one.at, t.lang),
        text: one.text.clone(),
        basis: one.basis.clone(),
        by: one.by.clone(),
        undone: one
            .undone
            .as_ref()
            .map(|(at, why, by)| t.a3("inc-undone-words", ("when", when(*at, t.lang)), ("by", by), ("why", why))),
    }
}

fn custody(item: &CustodyItem, t: Words) -> CustodyView {
    CustodyView {
        label: item.label.clone(),
        item: item.item.clone(),
        sha256: item.sha256.clone(),
        hash_differs: item.hash_differs,
        held: item
            .held
            .iter()
            .map(|held| {
                let about = [held.holder.as_str(), &held.place, &held.remark];
                let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
                format!("{} {about}", when(held.at, t.lang))
            })
            .collect(),
    }
}

fn cost(one: &CostLine, t: Words) -> CostView {
    let hours = hours(u64::from(one.minutes), t);
    CostView { who: one.who.clone(), what: one.what.clone(), hours, yen: one.yen }
}

fn totals(incident: &Incident, t: Words) -> (Option<CostView>, Vec<CostView>) {
    let totals = incident.totals();
    let view =
        |who: String, minutes: u64, yen: u64| CostView { who, what: String::new(), hours: hours(minutes, t), yen };
    let sum = (!incident.costs.is_empty()).then(|| view(t.m("inc-cost-sum"), totals.minutes, totals.yen));
    (sum, totals.by_who.into_iter().map(|(who, (minutes, yen))| view(who, minutes, yen)).collect())
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let (room, incident) = incident_of(&app, facility, id).await?;
    let (guide, now) = (&app.catalogue.incident, app.now());
    let home = home(facility, id);
    let (known_wards, known_systems) = known_names(&app, facility).await?;
    let may = visit.may(Action::ManageIncident) && room.closed_at.is_none();
    let doors = if may { super::helpers::doors(&app, facility, id, t).await? } else { Vec::new() };
    let (total, by_who) = totals(&incident, t);
    let open = reports_open(&incident, guide, now.date_in_japan());
    html(&RoomPage {
        t,
        page: visit.page(&room.title).under(base(facility), t.m("inc-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        write_at: format!("{home}/write"),
        files_at: format!("{home}/files"),
        room: id,
        viewer: visit.act(now).actor,
        closed: room.closed_at.map(|at| when(at, t.lang)),
        may,
        seconds: (now.micros() - incident.known_at.micros()).max(0) / 1_000_000,
        running: running_for(&incident, now, t),
        known: when(incident.known_at, t.lang),
        known_basis: incident.known_basis.clone(),
        due: open.iter().filter_map(|view| report_row(view, guide, t)).collect(),
        lines: lines(&incident, guide, &home, t),
        wards: wards(&incident, &known_wards, t),
        systems: systems(&incident, &known_systems, t),
        decisions: incident.decisions.iter().rev().map(|one| decision(one, t)).collect(),
        roles: roles(&incident, guide, &super::planned_steps(&app, facility, t).await?, t),
        custody: incident.custody.iter().map(|item| custody(item, t)).collect(),
        costs: incident.costs.iter().map(|one| cost(one, t)).collect(),
        total,
        by_who,
        doors,
        not_understood: incident.not_understood,
        home,
    })
}

/// Server-sent events: `changed` when something was written, `lagged` when the page should load again.
pub(super) async fn listen(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<impl IntoResponse, Problem> {
    super::room_of(&app, visit.place()?.id, id).await?;
    Ok(app.live.listen(id))
}
