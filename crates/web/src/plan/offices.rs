//! The offices to report to: settings with the day somebody last made sure of them.

use super::base;
use crate::AppState;
use crate::house::in_use;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::day;
use hakutaku_model::id::FacilityId;
use hakutaku_model::office::{Recipient, ReportingOffice, Trust, missing, offices_of};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::date_words;
use hakutaku_store::StoreError;
use serde::Deserialize;

const LONGEST: usize = 200;
const LONGEST_NOTE: usize = 500;
/// More offices than anybody reports to.
const MOST: usize = 100;

struct Office {
    href: String,
    id: RecordId,
    version: i64,
    name: String,
    phone: String,
    hours: String,
    email: String,
    url: String,
    note: String,
    checked: String,
    trust: &'static str,
    trust_words: String,
}

struct Group {
    key: &'static str,
    title: String,
    duty: bool,
    missing: bool,
    offices: Vec<Office>,
}

#[derive(Template)]
#[template(path = "plan/offices.html")]
struct OfficesPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_edit: bool,
    groups: Vec<Group>,
    open: usize,
}

#[derive(Template)]
#[template(path = "plan/office.html")]
struct OfficePage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    recipients: Vec<(&'static str, String, bool)>,
    row: Option<(RecordId, i64)>,
    theirs: Option<(String, Vec<(String, String)>)>,
}

/// What a new office begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    recipient: Option<String>,
}

fn trust_words(t: Words, trust: Trust) -> (&'static str, String) {
    match trust {
        Trust::Fresh => ("good", t.m("plan-office-fresh")),
        Trust::Stale => ("now", t.m("plan-office-stale")),
        Trust::Unchecked => ("bad", t.m("plan-office-unchecked")),
    }
}

/// The list.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let rows = app.store.records::<ReportingOffice>(facility).await?;
    let today = app.now().date_in_japan();
    let (open, base) = (missing(&rows), base(facility));
    let office = |row: &Kept<ReportingOffice>| {
        let body = &row.body;
        let (trust, trust_words) = trust_words(t, body.trust(today));
        Office {
            href: format!("{base}/offices/{}", row.id),
            id: row.id,
            version: row.version,
            name: body.name.clone(),
            phone: body.phone.clone(),
            hours: body.hours.clone(),
            email: body.email.clone(),
            url: body.url.clone(),
            note: body.note.clone(),
            checked: body.last_checked.map(|day| date_words(day, t.lang)).unwrap_or_default(),
            trust,
            trust_words,
        }
    };
    html(&OfficesPage {
        t,
        page: visit.page(t.k(Key("plan-offices"))).under(base.clone(), t.m("plan-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        may_edit: visit.may(Action::EditPlan),
        groups: Recipient::ALL
            .iter()
            .map(|recipient| Group {
                key: recipient.key(),
                title: t.text(&recipient.title()).to_owned(),
                duty: recipient.is_duty(),
                missing: open.contains(recipient),
                offices: offices_of(&rows, *recipient).into_iter().map(office).collect(),
            })
            .collect(),
        open: open.len(),
        base,
    })
}

fn fill(office: &ReportingOffice) -> Form {
    Form::of([
        ("recipient", office.recipient.key().to_owned()),
        ("name", office.name.clone()),
        ("phone", office.phone.clone()),
        ("hours", office.hours.clone()),
        ("email", office.email.clone()),
        ("url", office.url.clone()),
        ("note", office.note.clone()),
        ("last_checked", office.last_checked.map(|day| day.to_string()).unwrap_or_default()),
    ])
}

fn optional(form: &mut Form, name: &'static str, longest: usize) -> String {
    if form.value(name).trim().is_empty() { String::new() } else { form.line(name, longest) }
}

fn read(form: &mut Form, today: jiff::civil::Date) -> Option<ReportingOffice> {
    let recipient = form.choice("recipient", Recipient::from_key);
    let name = form.line("name", LONGEST);
    let phone = optional(form, "phone", LONGEST);
    let hours = optional(form, "hours", LONGEST);
    let email = optional(form, "email", LONGEST);
    let url = optional(form, "url", LONGEST);
    if !(url.is_empty() || url.starts_with("https://") || url.starts_with("http://")) {
        form.fault("url", Key("plan-office-wrong-url"));
    }
    let note = optional(form, "note", LONGEST_NOTE);
    let last_checked = match form.value("last_checked").trim() {
        "" => None,
        typed => {
            let day = day::parse(typed).filter(|day| *day <= today);
            if day.is_none() {
                form.fault("last_checked", super::WRONG_DAY);
            }
            day
        }
    };
    let office = ReportingOffice { recipient: recipient?, name, phone, hours, email, url, note, last_checked };
    form.is_right().then_some(office)
}

fn page(
    visit: &Visit,
    form: Form,
    row: Option<(RecordId, i64)>,
    theirs: Option<(String, Vec<(String, String)>)>,
) -> Result<Response, Problem> {
    let (t, base) = (visit.t(), base(visit.place()?.id));
    let status = match (&theirs, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if row.is_some() { Key("plan-office-edit") } else { Key("plan-office-new") };
    let page = OfficePage {
        t,
        page: visit
            .page(t.k(title))
            .under(base.clone(), t.m("plan-title"))
            .under(format!("{base}/offices"), t.m("plan-offices")),
        recipients: Recipient::ALL
            .iter()
            .map(|one| (one.key(), t.text(&one.title()).to_owned(), form.has("recipient", one.key())))
            .collect(),
        base,
        form,
        row,
        theirs,
    };
    Ok((status, html(&page)?).into_response())
}

/// An empty form.
pub(super) async fn new(visit: Visit, Query(start): Query<Start>) -> Result<Response, Problem> {
    let known = start.recipient.as_deref().and_then(Recipient::from_key);
    page(&visit, Form::of(known.map(|one| ("recipient", one.key().to_owned()))), None, None)
}

/// A new office.
pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    if app.store.records::<ReportingOffice>(facility).await?.len() >= MOST {
        form.fault("recipient", Key("plan-wrong-rows"));
    }
    let Some(office) = read(&mut form, app.now().date_in_japan()) else { return page(&visit, form, None, None) };
    app.store.add_record(&visit.act(app.now()), facility, &office).await?;
    Ok(visit.done(&app, &format!("{}/offices", base(facility)), Key("notice-saved")))
}

/// The form of an office.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<ReportingOffice> = in_use(&app, &visit, id).await?;
    page(&visit, fill(&row.body), Some((id, row.version)), None)
}

/// Another text for an office. Who was slower sees what the other wrote, and keeps what they typed.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let seen: Kept<ReportingOffice> = in_use(&app, &visit, id).await?;
    let expected = form.value("version").parse().unwrap_or_default();
    let Some(office) = read(&mut form, app.now().date_in_japan()) else {
        return page(&visit, form, Some((id, expected)), None);
    };
    match app.store.change_record(&visit.act(app.now()), facility, id, expected, &office).await {
        Ok(_) => Ok(visit.done(&app, &format!("{}/offices", base(facility)), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let (mine, stands) = (fill(&office), fill(&seen.body));
            let fields = [
                ("name", Key("plan-office-name")),
                ("phone", Key("plan-office-phone")),
                ("hours", Key("plan-office-hours")),
                ("email", Key("plan-office-email")),
                ("url", Key("plan-office-url")),
                ("note", Key("plan-office-note")),
                ("last_checked", Key("plan-office-checked")),
            ];
            let lines = fields
                .into_iter()
                .filter(|(name, _)| mine.value(name) != stands.value(name))
                .map(|(name, key)| (t.k(key), stands.value(name).to_owned()))
                .collect();
            page(&visit, form, Some((id, seen.version)), Some((seen.changed_by, lines)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Somebody made sure today.
pub(super) async fn checked(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let seen: Kept<ReportingOffice> = in_use(&app, &visit, id).await?;
    let expected = form.value("version").parse().unwrap_or_default();
    let office = ReportingOffice { last_checked: Some(app.now().date_in_japan()), ..seen.body };
    app.store.change_record(&visit.act(app.now()), facility, id, expected, &office).await?;
    Ok(visit.done(&app, &format!("{}/offices", base(facility)), Key("notice-saved")))
}

/// Takes an office out; the log keeps what it said.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let expected = form.value("version").parse().unwrap_or_default();
    app.store.retire_record::<ReportingOffice>(&visit.act(app.now()), facility, id, expected).await?;
    Ok(visit.done(&app, &format!("{}/offices", base(facility)), Key("notice-saved")))
}
