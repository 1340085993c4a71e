//! Cases that concern the house: what happened here and what to do next, in plain words. Nobody else is named.

use super::base;
use crate::AppState;
use crate::house::{self, NOTE};
use crate::region::{Note, PART_CLOSED, Step, case_number, mood, notes_about, part_facts, part_key, steps};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_centre::look;
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::correlate::{CaseId, MemberView, Names};
use hakutaku_model::time::Ts;
use hakutaku_store::{CaseState, KeptCase};

/// Cases of a facility on the page.
const MOST: u32 = 100;

struct Line {
    href: String,
    number: String,
    title: String,
    severity: String,
    mood: &'static str,
    since: String,
    standing: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "watch/cases.html")]
struct CasesPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "watch/case.html")]
struct CasePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    form: Form,
    number: String,
    severity: String,
    mood: &'static str,
    standing: String,
    open: bool,
    may: bool,
    alone: bool,
    version: i64,
    /// The case it became part of, if the house may see that one.
    into: Option<String>,
    closing: Option<(String, String, String)>,
    centre: Option<(String, String)>,
    reasons: Vec<String>,
    others: String,
    steps: Vec<Step>,
    /// (label, value)
    facts: Vec<(String, String)>,
    sources: String,
    notes: Vec<Note>,
}

/// Whether the house ended its part after everything that happened here.
pub(crate) async fn part_ended(
    app: &AppState,
    facility: FacilityId,
    kept: &KeptCase,
    view: &MemberView,
) -> Result<bool, Problem> {
    let written = app.store.region_entries(&part_key(kept.case.id, facility), MOST).await?;
    let ended = written.iter().find(|entry| entry.kind == PART_CLOSED).map(|entry| entry.at);
    let last: Option<Ts> = view.own.as_ref().map(|part| part.last.at);
    Ok(ended.is_some_and(|ended| last.is_none_or(|last| last <= ended)))
}

/// How it stands for the house, in words.
pub(crate) fn standing(t: Words, state: CaseState, ended: bool) -> String {
    match state {
        CaseState::Open if ended => t.m("case-part-ended"),
        CaseState::Open => t.m("region-state-open"),
        CaseState::Closed => t.m("region-state-closed"),
        CaseState::Merged => t.m("region-state-merged"),
        CaseState::Withdrawn => t.m("region-state-withdrawn"),
    }
}

pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let names = look::own_names(&app.store, facility).await?;
    let mut lines = Vec::new();
    for kept in app.store.cases_of(facility, MOST).await? {
        let Some(view) = kept.case.member_view(&app.catalogue.region.rules, facility, &names) else { continue };
        let ended = part_ended(&app, facility, &kept, &view).await?;
        lines.push(Line {
            href: format!("{}/cases/{}", base(facility), view.case),
            number: case_number(view.case),
            title: t.text(&view.title).to_owned(),
            severity: t.text(&view.severity.title()).to_owned(),
            mood: mood(view.severity),
            since: view.since.unwrap_or(kept.opened_at).minute_in_japan(t.lang),
            standing: standing(t, kept.state, ended),
            open: kept.state == CaseState::Open && !ended,
        });
    }
    html(&CasesPage { t, page: visit.page(t.m("cases-here-title")), tabs: nav::tabs(&visit, nav::WATCH), lines })
}

/// A case that concerns this house, with what the house may see of it; any other is not there.
pub(crate) async fn find(
    app: &AppState,
    facility: FacilityId,
    id: CaseId,
) -> Result<(KeptCase, MemberView, Names), Problem> {
    let kept = app.store.case(id).await?;
    let names = look::own_names(&app.store, facility).await?;
    let view = kept.case.member_view(&app.catalogue.region.rules, facility, &names).ok_or(Problem::NotFound)?;
    if matches!(kept.state, CaseState::Withdrawn) {
        return Err(Problem::NotFound);
    }
    Ok((kept, view, names))
}

/// Whether the house is its own centre: nobody else is watched here.
async fn is_alone(app: &AppState) -> Result<bool, Problem> {
    Ok(app.store.facilities().await?.len() == 1)
}

async fn page(app: &AppState, visit: &Visit, id: CaseId, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let (kept, view, names) = find(app, facility, id).await?;
    let ended = part_ended(app, facility, &kept, &view).await?;
    let alone = is_alone(app).await?;
    let settings = crate::region::settings_of(&app.store).await?;
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let base = base(facility);
    let mut facts = view.own.as_ref().map(|part| part_facts(t, part, &names)).unwrap_or_default();
    // Addresses are told once, below, and none that stand for somebody else.
    let source = t.m("watch-source");
    facts.retain(|(label, _)| *label != source);
    let page = CasePage {
        t,
        page: visit.page(t.text(&view.title)).under(format!("{base}/cases"), t.m("cases-here-title")),
        tabs: nav::tabs(visit, nav::WATCH),
        href: format!("{base}/cases/{id}"),
        number: case_number(id),
        severity: t.text(&view.severity.title()).to_owned(),
        mood: mood(view.severity),
        standing: standing(t, kept.state, ended),
        open: kept.state == CaseState::Open,
        may: visit.may(Action::EditSensors),
        alone,
        version: kept.version,
        into: kept.into.map(|id| format!("{base}/cases/{id}")),
        // Who of the centre ended it and why may speak of others.
        closing: kept
            .closing
            .as_ref()
            .filter(|_| alone)
            .map(|closing| (closing.by.clone(), closing.at.minute_in_japan(t.lang), closing.why.clone())),
        centre: (!settings.phone.is_empty()).then_some((settings.name, settings.phone)),
        reasons: view.reasons.iter().map(|reason| t.text(reason).to_owned()).collect(),
        others: t.text(&view.others.words()).to_owned(),
        steps: steps(t, &view.steps),
        facts,
        sources: view.sources.join(&t.m("list-separator")),
        notes: notes_about(app, t, &part_key(id, facility)).await?,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, CaseId)>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, Form::default()).await
}

/// Notes something in the house's part of the case, or ends that part; a house that is its own centre ends the case.
pub(super) async fn part(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, CaseId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    find(&app, facility, id).await?;
    let text = house::words(&mut form, "part", NOTE);
    if text.is_empty() {
        form.fault("part", Key("form-empty"));
    }
    if !form.is_right() {
        return page(&app, &visit, id, form).await;
    }
    let (act, by) = (visit.act(now), visit.person()?.display_name.clone());
    let ends = form.has("end", "yes");
    if ends && is_alone(&app).await? {
        app.store.close_case(&act, id, house::seen(&form), &by, &text).await?;
    } else {
        let kind = if ends { PART_CLOSED } else { "note" };
        app.store.add_region_entry(&act, &part_key(id, facility), &by, kind, &text).await?;
    }
    Ok(visit.done(&app, &format!("{}/cases/{id}", base(facility)), Key("notice-saved")))
}
