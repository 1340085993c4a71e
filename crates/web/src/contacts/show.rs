//! The chart on a page: the flow, the list, what is missing, and the outside bodies to add.

use super::gather::contact_chart;
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::contacts::{Lack, Origin, Part, Step};
use hakutaku_model::time::date_words;

/// One line of the chart in words.
pub(super) struct Line {
    number: usize,
    /// Indentation of the flow: 0–5.
    depth: u8,
    inside: bool,
    part: String,
    who: String,
    day: String,
    night: String,
    email: String,
    substitute: String,
    note: String,
    caller: String,
    checked: String,
    lacks: Vec<String>,
    /// Where it is changed; a vendor's contact in the vendor register.
    href: Option<String>,
    is_vendor: bool,
}

struct Vacancy {
    title: String,
    href: String,
}

struct Body<'c> {
    title: &'c str,
    when: &'c str,
    note: &'c str,
    url: &'c str,
    source: String,
    inferred: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "contacts/show.html")]
struct ContactsPage<'c> {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_edit: bool,
    lines: Vec<Line>,
    vacant: Vec<Vacancy>,
    circles: usize,
    gaps: usize,
    /// Of them: something a line lacks, such as a number for the night.
    lacking: usize,
    bodies: Vec<Body<'c>>,
}

/// What a line lacks, in words.
fn lack_words(t: Words, lack: Lack) -> String {
    match lack {
        Lack::Name => t.m("contacts-lack-name"),
        Lack::DayPhone => t.m("contacts-lack-day"),
        Lack::NightPhone => t.m("contacts-lack-night"),
        Lack::Substitute => t.m("contacts-lack-substitute"),
        Lack::NeverChecked => t.m("contacts-lack-checked"),
        Lack::CheckedLongAgo(day) => t.a("contacts-lack-old", "day", date_words(day, t.lang)),
    }
}

fn who(step: &Step) -> String {
    [step.line.place.as_str(), &step.line.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

fn line(t: Words, at: usize, step: &Step, steps: &[Step], base: &str, facility: &str) -> Line {
    let caller = step.caller.and_then(|caller| steps.iter().position(|other| other.origin == caller));
    let (href, is_vendor) = match step.origin {
        Origin::Line(id) => (Some(format!("{base}/{id}")), false),
        Origin::Vendor(id) => (
            crate::access::has_page("/facilities/{facility}/vendors/{vendor}")
                .then(|| format!("/facilities/{facility}/vendors/{id}")),
            true,
        ),
    };
    Line {
        number: at + 1,
        depth: step.depth.min(5),
        inside: step.line.part.is_inside(),
        part: t.text(&step.line.part.title()).to_owned(),
        who: who(step),
        day: step.line.phone_day.clone(),
        night: step.line.phone_night.clone(),
        email: step.line.email.clone(),
        substitute: [step.line.substitute.as_str(), &step.line.substitute_phone]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        note: step.line.note.clone(),
        caller: match caller {
            Some(caller) => t.a("contacts-caller-number", "number", caller + 1),
            None => t.m("contacts-caller-first"),
        },
        checked: step.line.checked_on.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        lacks: step.lacks.iter().map(|lack| lack_words(t, *lack)).collect(),
        href,
        is_vendor,
    }
}

/// The page.
pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let place = visit.place()?;
    let facility = place.id.to_string();
    let base = format!("/facilities/{facility}/forms/contacts");
    let t = visit.t();
    let chart = contact_chart(&app, place.id).await?;
    let lines: Vec<Line> =
        chart.steps.iter().enumerate().map(|(at, step)| line(t, at, step, &chart.steps, &base, &facility)).collect();
    let vacant = chart
        .vacant
        .iter()
        .map(|part| Vacancy {
            title: t.text(&part.title()).to_owned(),
            href: if *part == Part::Vendor {
                format!("/facilities/{facility}/vendors")
            } else {
                format!("{base}/new?part={}", part.key())
            },
        })
        .collect();
    let bodies = app
        .catalogue
        .outside_bodies
        .iter()
        .map(|body| Body {
            title: t.text(&body.title),
            when: t.text(&body.when),
            note: t.text(&body.note),
            url: &body.url,
            source: [body.source.title.as_str(), &body.source.date]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            inferred: body.confidence == Confidence::Inferred,
            href: format!("{base}/new?body={}", body.id),
        })
        .collect();
    html(&ContactsPage {
        t,
        page: visit.page(t.k(Key("contacts-title"))),
        tabs: nav::tabs(&visit, nav::FORMS),
        may_edit: visit.may(Action::AnswerForms),
        gaps: chart.gaps(),
        lacking: chart.steps.iter().map(|step| step.lacks.len()).sum(),
        circles: chart.circles.len(),
        lines,
        vacant,
        bodies,
        base,
    })
}
