//! Adding, changing, checking and taking out a line of the chart.

use crate::AppState;
use crate::house::in_use;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::contacts::{ContactLine, Part};
use hakutaku_model::day;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_store::StoreError;
use serde::Deserialize;

/// Longest line of a text field, in characters.
const LONGEST: usize = 120;
/// Longest remark.
const LONGEST_NOTE: usize = 500;
/// More lines than any chart needs; each page lays all of them out.
const MOST_LINES: usize = 500;

struct Choice {
    key: String,
    title: String,
    chosen: bool,
}

/// The row as somebody else left it meanwhile.
struct Theirs {
    by: String,
    summary: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "contacts/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    parts: Vec<Choice>,
    callers: Vec<Choice>,
    /// The row being changed with its version; `None`: a new one.
    row: Option<(RecordId, i64)>,
    theirs: Option<Theirs>,
}

/// What a new line begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    part: Option<String>,
    body: Option<String>,
}

fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/forms/contacts")
}

async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    row: Option<(RecordId, i64)>,
    theirs: Option<Theirs>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = match (&theirs, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let parts = Part::ALL
        .into_iter()
        // Vendors come from their own register.
        .filter(|part| *part != Part::Vendor || form.has("part", Part::Vendor.key()))
        .map(|part| Choice {
            key: part.key().to_owned(),
            title: t.text(&part.title()).to_owned(),
            chosen: form.has("part", part.key()),
        })
        .collect();
    let callers = app
        .store
        .records::<ContactLine>(facility)
        .await?
        .into_iter()
        .filter(|other| row.is_none_or(|(id, _)| other.id != id))
        .map(|other| {
            let key = other.id.to_string();
            Choice { chosen: form.has("called_by", &key), title: title(t, &other.body), key }
        })
        .collect();
    let title = if row.is_some() { Key("contacts-edit") } else { Key("contacts-new") };
    let page = EditPage {
        t,
        page: visit.page(t.k(title)).under(base(facility), t.m("contacts-title")),
        base: base(facility),
        form,
        parts,
        callers,
        row,
        theirs,
    };
    Ok((status, html(&page)?).into_response())
}

fn title(t: Words, line: &ContactLine) -> String {
    let part = t.text(&line.part.title()).to_owned();
    [part.as_str(), &line.place, &line.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

fn fill(line: &ContactLine) -> Form {
    Form::of([
        ("part", line.part.key().to_owned()),
        ("place", line.place.clone()),
        ("name", line.name.clone()),
        ("phone_day", line.phone_day.clone()),
        ("phone_night", line.phone_night.clone()),
        ("email", line.email.clone()),
        ("substitute", line.substitute.clone()),
        ("substitute_phone", line.substitute_phone.clone()),
        ("order", line.order.map(|order| order.to_string()).unwrap_or_default()),
        ("called_by", line.called_by.map(|id| id.to_string()).unwrap_or_default()),
        ("note", line.note.clone()),
        ("checked_on", line.checked_on.map(|day| day.to_string()).unwrap_or_default()),
    ])
}

/// A field that may stay empty.
fn optional(form: &mut Form, name: &'static str, longest: usize) -> String {
    if form.value(name).trim().is_empty() { String::new() } else { form.line(name, longest) }
}

fn read(form: &mut Form, lines: &[Kept<ContactLine>]) -> Option<ContactLine> {
    let part = form.choice("part", Part::from_key);
    let place = optional(form, "place", LONGEST);
    let name = optional(form, "name", LONGEST);
    let phone_day = optional(form, "phone_day", LONGEST);
    let phone_night = optional(form, "phone_night", LONGEST);
    let email = optional(form, "email", LONGEST);
    let substitute = optional(form, "substitute", LONGEST);
    let substitute_phone = optional(form, "substitute_phone", LONGEST);
    let order = (!form.value("order").trim().is_empty()).then(|| form.number("order", 1, 999));
    let called_by = match form.value("called_by").trim() {
        "" => None,
        id => {
            let known = lines.iter().find(|line| line.id.to_string() == id).map(|line| line.id);
            if known.is_none() {
                form.fault("called_by", Key("form-choose"));
            }
            known
        }
    };
    let note = optional(form, "note", LONGEST_NOTE);
    let checked_on = match form.value("checked_on").trim() {
        "" => None,
        typed => {
            let day = day::parse(typed);
            if day.is_none() {
                form.fault("checked_on", Key("contacts-wrong-day"));
            }
            day
        }
    };
    if place.is_empty() && name.is_empty() && !form.value("part").is_empty() && part.is_some_and(|p| !p.is_inside()) {
        form.fault("name", Key("contacts-wrong-nobody"));
    }
    let line = ContactLine {
        part: part?,
        place,
        name,
        phone_day,
        phone_night,
        email,
        substitute,
        substitute_phone,
        order: order.and_then(|order| u16::try_from(order).ok()),
        called_by,
        note,
        checked_on,
    };
    form.is_right().then_some(line)
}

/// An empty form; for a vacant part or an outside body, with what is known.
pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Query(start): Query<Start>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let body = start.body.and_then(|id| app.catalogue.outside_bodies.iter().find(|body| body.id == id));
    let line = match (body, start.part.as_deref().and_then(Part::from_key)) {
        (Some(body), _) => ContactLine { place: t.text(&body.title).to_owned(), ..ContactLine::of(body.part) },
        (None, Some(part)) => ContactLine::of(part),
        (None, None) => return page(&app, &visit, Form::default(), None, None).await,
    };
    page(&app, &visit, fill(&line), None, None).await
}

/// A new line.
pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let lines = app.store.records::<ContactLine>(facility).await?;
    if lines.len() >= MOST_LINES {
        form.fault("part", Key("contacts-wrong-many"));
    }
    let Some(line) = read(&mut form, &lines) else { return page(&app, &visit, form, None, None).await };
    app.store.add_record(&visit.act(app.now()), facility, &line).await?;
    Ok(visit.done(&app, &base(facility), Key("notice-saved")))
}

/// The form of a line.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<ContactLine> = in_use(&app, &visit, id).await?;
    page(&app, &visit, fill(&row.body), Some((id, row.version)), None).await
}

/// Another text for a line. Who was slower sees what the other wrote, and keeps what they typed.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let seen: Kept<ContactLine> = in_use(&app, &visit, id).await?;
    let expected = form.value("version").parse().unwrap_or_default();
    let lines = app.store.records::<ContactLine>(facility).await?;
    let Some(line) = read(&mut form, &lines) else {
        return page(&app, &visit, form, Some((id, expected)), None).await;
    };
    match app.store.change_record(&visit.act(app.now()), facility, id, expected, &line).await {
        Ok(_) => Ok(visit.done(&app, &base(facility), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let theirs = Theirs { by: seen.changed_by, summary: differences(t, &line, &seen.body) };
            page(&app, &visit, form, Some((id, seen.version)), Some(theirs)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The fields in which the other's row is another one: heading and what stands there.
fn differences(t: Words, mine: &ContactLine, theirs: &ContactLine) -> Vec<(String, String)> {
    let (mine, stands) = (fill(mine), fill(theirs));
    let fields = [
        ("part", Key("contacts-part")),
        ("place", Key("contacts-place")),
        ("name", Key("contacts-name")),
        ("phone_day", Key("contacts-day")),
        ("phone_night", Key("contacts-night")),
        ("email", Key("contacts-email")),
        ("substitute", Key("contacts-substitute")),
        ("substitute_phone", Key("contacts-substitute-phone")),
        ("order", Key("contacts-order")),
        ("note", Key("contacts-note")),
        ("checked_on", Key("contacts-checked")),
    ];
    fields
        .into_iter()
        .filter(|(name, _)| mine.value(name) != stands.value(name))
        .map(|(name, key)| {
            let value =
                if name == "part" { t.text(&theirs.part.title()).to_owned() } else { stands.value(name).to_owned() };
            (t.k(key), if value.is_empty() { t.m("contacts-empty-field") } else { value })
        })
        .collect()
}

/// Somebody made sure today that the numbers are right.
pub(super) async fn checked(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let seen: Kept<ContactLine> = in_use(&app, &visit, id).await?;
    let expected = form.value("version").parse().unwrap_or_default();
    let line = ContactLine { checked_on: Some(app.now().date_in_japan()), ..seen.body };
    app.store.change_record(&visit.act(app.now()), facility, id, expected, &line).await?;
    Ok(visit.done(&app, &base(facility), Key("notice-saved")))
}

/// Takes a line out of the chart; the log keeps what it said.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let expected = form.value("version").parse().unwrap_or_default();
    app.store.retire_record::<ContactLine>(&visit.act(app.now()), facility, id, expected).await?;
    Ok(visit.done(&app, &base(facility), Key("notice-saved")))
}
