//! A member's page for the person who has it on the telephone.

use super::case::{Note, Step, notes_about, number, steps};
use super::screen::{Part, needs_now, parts_of, unknown_of};
use super::{behalf, members, mood};
use crate::AppState;
use crate::house::{self, LINE, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::watch::standing_words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_centre::look;
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::Promise;
use hakutaku_model::region::watch::consent::{Act, Entry};
use hakutaku_store::{CaseState, Shelf, StoreError};

/// Cases and entries shown.
const MOST: u32 = 50;

struct CaseLine {
    href: String,
    id: String,
    number: String,
    title: String,
    severity: String,
    mood: &'static str,
    steps: Vec<Step>,
}

struct SensorLine {
    id: String,
    name: String,
    standing: String,
    mood: &'static str,
    heard: String,
}

struct PromiseLine {
    id: String,
    what: String,
    who: String,
    until: String,
    late: bool,
}

/// Something that may be done for the member, or why not.
struct Deed {
    key: &'static str,
    title: String,
    /// Empty: it may.
    refusal: String,
    until: String,
}

/// What a deed for the member brought: shown once, on the page that follows.
#[derive(Default)]
pub(super) struct Found {
    pub(super) title: String,
    /// (label, value)
    pub(super) lines: Vec<(String, String)>,
    pub(super) words: String,
    pub(super) code: String,
}

#[derive(Template)]
#[template(path = "region/member.html")]
struct MemberPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    form: Form,
    may: bool,
    points: u32,
    sum: String,
    parts: Vec<Part>,
    unknown: String,
    /// (label, value)
    reach: Vec<(String, String)>,
    /// (name, telephone, hours)
    people: Vec<(String, String, String)>,
    cases: Vec<CaseLine>,
    sensors: Vec<SensorLine>,
    promises: Vec<PromiseLine>,
    notes: Vec<Note>,
    deeds: Vec<Deed>,
    done: Vec<Note>,
    found: Option<Found>,
    faults: Vec<String>,
}

impl MemberPage {
    /// Whether the consent covers this deed.
    fn can(&self, key: &str) -> bool {
        self.may && self.deeds.iter().any(|deed| deed.key == key && deed.refusal.is_empty())
    }
}

pub(super) fn href(facility: FacilityId) -> String {
    format!("/region/members/{facility}")
}

async fn open_cases(app: &AppState, t: Words, facility: FacilityId) -> Result<Vec<CaseLine>, Problem> {
    let rules = &app.catalogue.region.rules;
    let names = look::names(&app.store).await?;
    let found = app.store.cases_of(facility, MOST).await?;
    let mut open: Vec<_> = found.into_iter().filter(|kept| kept.state == CaseState::Open).collect();
    open.sort_by_key(|kept| std::cmp::Reverse(kept.case.severity));
    let line = |kept: &hakutaku_store::KeptCase| CaseLine {
        href: format!("/region/cases/{}", kept.case.id),
        id: kept.case.id.to_string(),
        number: number(kept.case.id),
        title: t.text(&kept.case.title(rules)).to_owned(),
        severity: t.text(&kept.case.severity.title()).to_owned(),
        mood: mood(kept.case.severity),
        steps: steps(t, &kept.case.steps(rules, facility, &names)),
    };
    Ok(open.iter().map(line).collect())
}

/// The page, with what a deed found and what is wrong with a form.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    form: Form,
    found: Option<Found>,
    faults: Vec<String>,
) -> Result<Response, Problem> {
    let (t, now) = (visit.t(), app.now());
    let row = app.store.facility(facility).await?;
    let need = needs_now(app, Some(facility)).await?.pop().ok_or(Problem::NotFound)?;
    let member = members::record_of(app, facility).await?.map(|row| row.body);
    let mut reach = Vec::new();
    let mut people = Vec::new();
    if let Some(member) = member {
        reach = vec![
            (t.m("region-phone"), member.phone),
            (t.m("region-fax"), member.fax),
            (t.m("region-groups"), member.groups.join(&t.m("list-separator"))),
            (t.m("region-remark"), member.note),
        ];
        reach.retain(|(_, value)| !value.is_empty());
        people = member.people.into_iter().map(|one| (one.name, one.phone, one.hours)).collect();
    }
    let promises: Vec<Kept<Promise>> = app.store.records(Shelf::Installation).await?;
    let promises = promises
        .into_iter()
        .filter(|row| row.body.facility == facility && row.body.kept.is_none())
        .map(|row| PromiseLine {
            id: row.id.to_string(),
            what: row.body.what,
            who: row.body.by,
            until: row.body.until.minute_in_japan(t.lang),
            late: row.body.until <= now,
        })
        .collect();
    let sensors = app
        .store
        .sensors(facility)
        .await?
        .iter()
        .filter(|sensor| sensor.retired_at.is_none())
        .map(|sensor| {
            let (words, mood) = standing_words(sensor.standing(now));
            SensorLine {
                id: sensor.id.to_string(),
                name: sensor.name.clone(),
                standing: t.k(words),
                mood,
                heard: sensor.heard_at.map_or_else(|| t.m("watch-never"), |at| at.minute_in_japan(t.lang)),
            }
        })
        .collect();
    let deeds = behalf::permitted(app, visit, facility)
        .await?
        .into_iter()
        .map(|(act, verdict): (Act, _)| Deed {
            key: act.key(),
            title: t.text(&act.title()).to_owned(),
            until: verdict.as_ref().map(|consent| consent.until.minute_in_japan(t.lang)).unwrap_or_default(),
            refusal: verdict.err().map(|refusal| t.text(&refusal.words()).to_owned()).unwrap_or_default(),
        })
        .collect();
    let mut told: Vec<Kept<Entry>> = app.store.records(facility).await?;
    told.sort_by_key(|row| std::cmp::Reverse(row.body.at));
    let done = told
        .into_iter()
        .take(MOST as usize)
        .map(|row| Note {
            when: row.body.at.minute_in_japan(t.lang),
            who: row.body.by,
            text: t.text(&row.body.words).to_owned(),
        })
        .collect();
    let right = form.is_right() && faults.is_empty();
    let status = if right { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = MemberPage {
        t,
        page: visit.page(row.profile.name).under("/region/members", t.m("region-members-title")),
        tabs: nav::region_tabs(visit),
        href: href(facility),
        may: visit.may(Action::WatchRegion),
        points: need.points,
        sum: need.sum(),
        parts: parts_of(t, &need),
        unknown: unknown_of(t, &need),
        reach,
        people,
        cases: open_cases(app, t, facility).await?,
        sensors,
        promises,
        notes: notes_about(app, t, &format!("facility:{facility}")).await?,
        deeds,
        done,
        found,
        faults,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
) -> Result<Response, Problem> {
    page(&app, &visit, facility, Form::default(), None, Vec::new()).await
}

/// Writes something down about the member.
pub(super) async fn note(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    app.store.facility(facility).await?;
    let text = house::words(&mut form, "note", NOTE);
    if text.is_empty() {
        form.fault("note", Key("form-empty"));
    }
    if !form.is_right() {
        return page(&app, &visit, facility, form, None, Vec::new()).await;
    }
    let by = visit.person()?.display_name.clone();
    let about = format!("facility:{facility}");
    app.store.add_region_entry(&visit.act(app.now()), &about, &by, "note", &text).await?;
    Ok(visit.done(&app, &href(facility), Key("notice-saved")))
}

/// Hours until a promised call.
const HOURS: [&str; 4] = ["1", "3", "8", "24"];

/// Promises a call: whoever takes the next shift sees it.
pub(super) async fn promise(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    app.store.facility(facility).await?;
    let what = form.line("what", LINE);
    let hours = form.choice("hours", |key| HOURS.iter().find(|one| **one == key)?.parse::<i64>().ok());
    let (Some(hours), true) = (hours, form.is_right()) else {
        return page(&app, &visit, facility, form, None, Vec::new()).await;
    };
    let now = app.now();
    let by = visit.person()?.display_name.clone();
    let until = now.plus_seconds(hours * 60 * 60);
    let body = Promise { facility, what, by, until, kept: None };
    app.store.add_record(&visit.act(now), Shelf::Installation, &body).await?;
    Ok(visit.done(&app, &href(facility), Key("notice-saved")))
}

/// The call was made.
pub(super) async fn promise_kept(
    State(app): State<AppState>,
    visit: Visit,
    Path((facility, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let all: Vec<Kept<Promise>> = app.store.records(Shelf::Installation).await?;
    let row = all.into_iter().find(|row| row.id == id && row.body.facility == facility).ok_or(Problem::NotFound)?;
    let now = app.now();
    let by = visit.person()?.display_name.clone();
    let body = Promise { kept: Some((now, by)), ..row.body };
    match app.store.change_record(&visit.act(now), Shelf::Installation, id, row.version, &body).await {
        // Two who mark the same call as made mean the same.
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(visit.done(&app, &href(facility), Key("notice-saved"))),
        Err(error) => Err(error.into()),
    }
}
