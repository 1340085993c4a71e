//! Reports: the commission's four questions, the facts typed once, and every form filled from them with its last day.

use super::view::{Choice, ReportRow, report_row};
use super::{base, home, incident_of};
use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::contacts::ContactLine;
use hakutaku_model::deadline::{Duty, Suspicion};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{FilledItem, Office, ReportKind, filled, reports, when};
use hakutaku_model::office::{Recipient, ReportingOffice, offices_of};
use hakutaku_model::time::date_words;
use hakutaku_model::vendor::Engagement;

struct Question {
    id: String,
    question: String,
    hint: String,
    answers: Vec<Choice>,
}

struct FieldView {
    key: String,
    title: String,
    hint: String,
    value: String,
    by: String,
    /// Filled from the record as long as nobody types.
    from_record: bool,
}

#[derive(Template)]
#[template(path = "incidents/reports.html")]
struct ReportsPage {
    t: Words,
    page: Page,
    home: String,
    may: bool,
    known: String,
    duty: String,
    duty_class: &'static str,
    questions: Vec<Question>,
    protected: bool,
    protected_why: String,
    exemptions: Vec<String>,
    counting: String,
    delegation: String,
    rows: Vec<ReportRow>,
    fields: Vec<FieldView>,
    gaps: Vec<String>,
}

/// What is known about reaching a recipient.
struct OfficeView {
    name: String,
    phone: String,
    phone_night: String,
    email: String,
    note: String,
    checked: Option<String>,
}

#[derive(Template)]
#[template(path = "incidents/report.html")]
struct ReportPage {
    t: Words,
    page: Page,
    home: String,
    here: String,
    may: bool,
    /// A number may be added to a report that was made, also when all else is closed.
    may_receipt: bool,
    row: ReportRow,
    basis: String,
    channel: String,
    url: String,
    source: String,
    inferred: bool,
    official_fields: bool,
    notes: Vec<String>,
    items: Vec<FilledItem>,
    offices: Vec<OfficeView>,
    offices_at: String,
    me: String,
}

fn duty_words(duty: Duty) -> (Key, &'static str) {
    match duty {
        Duty::Due => (Key("inc-duty-due"), "now"),
        Duty::Undecided => (Key("inc-duty-undecided"), "now"),
        Duty::NotDue => (Key("inc-duty-not"), ""),
        Duty::Exempt => (Key("inc-duty-exempt"), ""),
    }
}

/// All reports.
pub(super) async fn all(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, place) = (visit.t(), visit.place()?);
    let (room, incident) = incident_of(&app, place.id, id).await?;
    let guide = &app.catalogue.incident;
    let home = home(place.id, id);
    let (duty, duty_class) = duty_words(incident.ppc_answers().duty());
    let questions = guide
        .triggers
        .iter()
        .map(|trigger| {
            let stands = incident.triggers.get(&trigger.id).copied().unwrap_or_default();
            let answer = |one: Suspicion| Choice {
                key: one.key().to_owned(),
                title: t.text(&one.title()).to_owned(),
                chosen: one == stands,
            };
            Question {
                id: trigger.id.clone(),
                question: t.text(&trigger.question).to_owned(),
                hint: t.text(&trigger.hint).to_owned(),
                answers: Suspicion::ALL.into_iter().map(answer).collect(),
            }
        })
        .collect();
    let fields = guide
        .fields
        .iter()
        // What the record fills is corrected on the record, except for who answers.
        .filter(|field| field.from.is_none() || field.key == "contact")
        .map(|field| {
            let known = incident.fields.get(&field.key);
            FieldView {
                key: field.key.clone(),
                title: t.text(&field.title).to_owned(),
                hint: t.text(&field.hint).to_owned(),
                value: known.map(|known| known.value.clone()).unwrap_or_default(),
                by: known.map(|known| format!("{} {}", when(known.at, t.lang), known.by)).unwrap_or_default(),
                from_record: field.from.is_some(),
            }
        })
        .collect();
    let rows = reports(&incident, guide, app.now().date_in_japan());
    html(&ReportsPage {
        t,
        page: visit.page(t.m("inc-reports")).under(base(place.id), t.m("inc-title")).under(&home, &room.title),
        may: visit.may(Action::ManageIncident) && room.closed_at.is_none(),
        known: when(incident.known_at, t.lang),
        duty: t.k(duty),
        duty_class,
        questions,
        protected: incident.protected.is_some(),
        protected_why: incident.protected.clone().unwrap_or_default(),
        exemptions: guide.exemptions.iter().map(|text| t.text(text).to_owned()).collect(),
        counting: t.text(&guide.counting).to_owned(),
        delegation: t.text(&guide.delegation).to_owned(),
        rows: rows.iter().filter_map(|view| report_row(view, guide, t)).collect(),
        fields,
        gaps: guide.gaps.iter().map(|text| t.text(text).to_owned()).collect(),
        home,
    })
}

/// Where a recipient is reached: the settings of reporting offices; without any, the lines of the contact chart for its
/// part. Vendors have their own emergency contacts.
pub(crate) async fn offices(app: &AppState, facility: FacilityId, kind: &ReportKind) -> Result<Vec<Office>, Problem> {
    if kind.id == "vendor" {
        let vendors = app.store.records::<Engagement>(facility).await?;
        let office = |vendor: Engagement| Office {
            name: [vendor.name.as_str(), &vendor.emergency.name].join(" ").trim().to_owned(),
            phone: vendor.emergency.phone,
            email: vendor.emergency.email,
            note: vendor.emergency.hours,
            ..Office::default()
        };
        return Ok(vendors.into_iter().map(|row| office(row.body)).filter(|office| !office.phone.is_empty()).collect());
    }
    if let Some(recipient) = kind.recipient.as_deref().and_then(Recipient::from_key) {
        let rows = app.store.records::<ReportingOffice>(facility).await?;
        let known: Vec<Office> = offices_of(&rows, recipient)
            .into_iter()
            .map(|row| row.body.clone())
            .map(|office| Office {
                name: office.name,
                phone: office.phone,
                email: office.email,
                // When somebody answers is no number to call at night.
                note: [office.hours, office.note, office.url]
                    .into_iter()
                    .filter(|words| !words.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · "),
                checked_on: office.last_checked,
                ..Office::default()
            })
            .collect();
        if !known.is_empty() {
            return Ok(known);
        }
    }
    let Some(part) = kind.part else { return Ok(Vec::new()) };
    let lines = app.store.records::<ContactLine>(facility).await?;
    Ok(lines
        .into_iter()
        .map(|row| row.body)
        .filter(|line| line.part == part)
        .map(|line| Office {
            name: [line.place.as_str(), &line.name].join(" ").trim().to_owned(),
            phone: line.phone_day,
            phone_night: line.phone_night,
            email: line.email,
            note: line.note,
            checked_on: line.checked_on,
        })
        .collect())
}

/// One report: the form as it would be sent, where to send it, and where it stands.
pub(super) async fn one(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, form)): Path<(FacilityId, RoomId, String)>,
) -> Result<Html<String>, Problem> {
    let (t, place) = (visit.t(), visit.place()?);
    let (room, incident) = incident_of(&app, place.id, id).await?;
    let (guide, now) = (&app.catalogue.incident, app.now());
    let kind = guide.report(&form).ok_or(Problem::NotFound)?;
    let filled = filled(&incident, guide, &form, &place.name, t.lang, now).ok_or(Problem::NotFound)?;
    let view = reports(&incident, guide, now.date_in_japan()).into_iter().find(|view| view.id == form);
    let row = view.and_then(|view| report_row(&view, guide, t)).ok_or(Problem::NotFound)?;
    let offices = offices(&app, place.id, kind).await?;
    let office = |office: Office| OfficeView {
        name: office.name,
        phone: office.phone,
        phone_night: office.phone_night,
        email: office.email,
        note: office.note,
        checked: office.checked_on.map(|day| date_words(day, t.lang)),
    };
    let home = home(place.id, id);
    let title = format!("{} {}", row.to, row.title);
    html(&ReportPage {
        t,
        page: visit
            .page(title)
            .under(base(place.id), t.m("inc-title"))
            .under(&home, &room.title)
            .under(format!("{home}/reports"), t.m("inc-reports")),
        here: format!("{home}/reports/{form}"),
        may_receipt: visit.may(Action::ManageIncident) && row.is_sent,
        may: visit.may(Action::ManageIncident) && room.closed_at.is_none(),
        basis: t.text(&kind.basis).to_owned(),
        channel: t.text(&kind.channel).to_owned(),
        url: kind.url.clone(),
        source: [kind.source.title.as_str(), &kind.source.date]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        inferred: kind.confidence == Confidence::Inferred,
        official_fields: kind.official_fields,
        notes: filled.notes,
        items: filled.items,
        offices: offices.into_iter().map(office).collect(),
        // The settings of reporting offices, where this version has them.
        offices_at: if crate::access::has_page("/facilities/{facility}/plan/offices") {
            format!("/facilities/{}/plan/offices", place.id)
        } else {
            format!("/facilities/{}/forms/contacts", place.id)
        },
        me: visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default(),
        row,
        home,
    })
}
