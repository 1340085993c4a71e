//! One case: why it is one, what happened where, what to read out on the telephone, how it ends.

use super::mood;
use crate::AppState;
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::watch::kind_words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_centre::look;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::correlate::{Advice, Case, CaseId, Device, Names, Part};
use hakutaku_model::region::net::Source;
use hakutaku_store::{CaseState, KeptCase};
use std::collections::BTreeMap;

/// Notes shown.
const NOTES: u32 = 100;
/// Sources named in a row.
const SOURCES: usize = 8;

/// A step as it is read out.
pub(crate) struct Step {
    pub(crate) text: String,
    /// What it rests on; empty for our own advice.
    pub(crate) basis: String,
}

/// What somebody wrote down.
pub(crate) struct Note {
    pub(crate) when: String,
    pub(crate) who: String,
    pub(crate) text: String,
}

struct At {
    href: String,
    name: String,
    /// (label, value)
    facts: Vec<(String, String)>,
    steps: Vec<Step>,
    notes: Vec<Note>,
    only_owner: bool,
}

struct DeviceLine {
    source: String,
    /// (label, value)
    facts: Vec<(String, String)>,
    name: String,
}

#[derive(Template)]
#[template(path = "region/case.html")]
struct CasePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    form: Form,
    number: String,
    severity: String,
    mood: &'static str,
    state: String,
    open: bool,
    may: bool,
    version: i64,
    into: Option<String>,
    closing: Option<(String, String, String)>,
    reasons: Vec<String>,
    at: Vec<At>,
    devices: Vec<DeviceLine>,
    notes: Vec<Note>,
}

/// A case's number as it is said on the telephone: the last eight digits of its id.
pub(crate) fn number(id: CaseId) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(8)..).unwrap_or_default().to_uppercase()
}

/// Where a case stands, in words.
pub(crate) fn state_words(state: CaseState) -> Key {
    match state {
        CaseState::Open => Key("region-state-open"),
        CaseState::Closed => Key("region-state-closed"),
        CaseState::Merged => Key("region-state-merged"),
        CaseState::Withdrawn => Key("region-state-withdrawn"),
    }
}

/// Steps in the reader's language.
pub(crate) fn steps(t: Words, advice: &[Advice]) -> Vec<Step> {
    let basis = |one: &Advice| match one.confidence {
        _ if one.basis.is_empty() => String::new(),
        Confidence::Seen => one.basis.clone(),
        Confidence::Inferred => t.a("region-basis-inferred", "basis", one.basis.as_str()),
    };
    advice.iter().map(|one| Step { text: t.text(&one.text).to_owned(), basis: basis(one) }).collect()
}

/// What happened at a facility, as facts with labels.
pub(crate) fn part_facts(t: Words, part: &Part, names: &Names) -> Vec<(String, String)> {
    let join = |items: Vec<String>| items.join(&t.m("list-separator"));
    let mut sources: Vec<String> = part.visitors.iter().take(SOURCES).map(Source::shown).collect();
    if part.visitors.len() > SOURCES {
        sources.push(t.a("region-and-more", "count", part.visitors.len() - SOURCES));
    }
    let sensors = part.sensors.iter().map(|id| names.sensors.get(id).cloned().unwrap_or_else(|| id.to_string()));
    let facts = vec![
        (t.m("region-first"), part.first.at.minute_in_japan(t.lang)),
        (t.m("region-last"), part.last.at.minute_in_japan(t.lang)),
        (t.m("region-count"), part.count.to_string()),
        (t.m("watch-source"), join(sources)),
        (t.m("watch-what"), join(part.kinds.iter().map(|kind| t.k(kind_words(*kind))).collect())),
        (t.m("region-signals"), join(part.signals.iter().map(|one| t.text(&one.title()).to_owned()).collect())),
        (t.m("region-protocols"), join(part.protocols.iter().cloned().collect())),
        (t.m("watch-user"), join(part.users.iter().cloned().collect())),
        (t.m("watch-sensor"), join(sensors.collect())),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What is written down about something, newest first.
pub(crate) async fn notes_about(app: &AppState, t: Words, about: &str) -> Result<Vec<Note>, Problem> {
    let written = app.store.region_entries(about, NOTES).await?;
    Ok(written
        .into_iter()
        .map(|entry| Note {
            when: entry.at.minute_in_japan(t.lang),
            who: entry.by,
            text: match entry.kind.as_str() {
                PART_CLOSED => t.a("region-part-closed-note", "why", entry.body.as_str()),
                _ => entry.body,
            },
        })
        .collect())
}

/// The kind of entry by which a member (or the centre for it) ends its part of a case.
pub(crate) const PART_CLOSED: &str = "part-closed";

/// How entries about a member's part of a case are filed.
pub(crate) fn part_key(case: CaseId, facility: FacilityId) -> String {
    format!("case:{case}/{facility}")
}

fn device_facts(t: Words, device: &Device, names: &Names) -> Vec<(String, String)> {
    let behind = device.behind.clone().unwrap_or_default();
    let facts = vec![
        (t.m("region-whose"), names.facilities.get(&device.facility).cloned().unwrap_or_default()),
        (t.m("region-owner"), device.owner.clone()),
        (t.m("region-place"), device.place.clone()),
        (t.m("region-weaknesses"), device.weaknesses.join(&t.m("list-separator"))),
        (t.m("region-behind"), behind.name),
        (t.m("region-cutter"), [behind.cutter, behind.phone].join(" ").trim().to_owned()),
        (t.m("region-how-to-cut"), behind.how),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn devices(t: Words, case: &Case, names: &Names) -> Vec<DeviceLine> {
    let all: BTreeMap<&Source, &Device> = case.findings.iter().flat_map(|finding| &finding.devices).collect();
    all.into_iter()
        .map(|(source, device)| DeviceLine {
            source: source.shown(),
            name: device.name.clone(),
            facts: device_facts(t, device, names),
        })
        .collect()
}

async fn page(app: &AppState, visit: &Visit, kept: KeptCase, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let rules = &app.catalogue.region.rules;
    let case = &kept.case;
    let names = look::names(&app.store).await?;
    let parts = case.parts();
    let mut at = Vec::new();
    for facility in case.facilities() {
        at.push(At {
            href: format!("/region/members/{facility}"),
            name: names.facilities.get(&facility).cloned().unwrap_or_else(|| facility.to_string()),
            facts: parts.get(&facility).map(|part| part_facts(t, part, &names)).unwrap_or_default(),
            steps: steps(t, &case.steps(rules, facility, &names)),
            notes: notes_about(app, t, &part_key(case.id, facility)).await?,
            only_owner: !parts.contains_key(&facility),
        });
    }
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = t.text(&case.title(rules)).to_owned();
    let page = CasePage {
        t,
        page: visit.page(title).under("/region/cases", t.m("region-cases-title")),
        tabs: nav::region_tabs(visit),
        href: format!("/region/cases/{}", case.id),
        number: number(case.id),
        severity: t.text(&case.severity.title()).to_owned(),
        mood: mood(case.severity),
        state: t.k(state_words(kept.state)),
        open: kept.state == CaseState::Open,
        may: visit.may(Action::WatchRegion),
        version: kept.version,
        into: kept.into.map(|id| format!("/region/cases/{id}")),
        closing: kept
            .closing
            .as_ref()
            .map(|closing| (closing.by.clone(), closing.at.minute_in_japan(t.lang), closing.why.clone())),
        reasons: case.reasons(rules, &names).iter().map(|reason| t.text(reason).to_owned()).collect(),
        devices: devices(t, case, &names),
        notes: notes_about(app, t, &format!("case:{}", case.id)).await?,
        at,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<CaseId>,
) -> Result<Response, Problem> {
    let kept = app.store.case(id).await?;
    page(&app, &visit, kept, Form::default()).await
}

/// Writes something down.
pub(super) async fn note(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<CaseId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kept = app.store.case(id).await?;
    let text = house::words(&mut form, "note", NOTE);
    if text.is_empty() {
        form.fault("note", Key("form-empty"));
    }
    if !form.is_right() {
        return page(&app, &visit, kept, form).await;
    }
    let by = visit.person()?.display_name.clone();
    app.store.add_region_entry(&visit.act(app.now()), &format!("case:{id}"), &by, "note", &text).await?;
    Ok(visit.done(&app, &format!("/region/cases/{id}"), Key("notice-saved")))
}

/// Ends it. A new touch that belongs to it opens it again.
pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<CaseId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kept = app.store.case(id).await?;
    let why = house::words(&mut form, "why", NOTE);
    if why.is_empty() {
        form.fault("why", Key("region-why-needed"));
    }
    if !form.is_right() {
        return page(&app, &visit, kept, form).await;
    }
    let by = visit.person()?.display_name.clone();
    app.store.close_case(&visit.act(app.now()), id, house::seen(&form), &by, &why).await?;
    Ok(visit.done(&app, &format!("/region/cases/{id}"), Key("notice-saved")))
}
