//! "Would it have happened here?": published cases walked through with the facts of this facility, on the page and on one
//! sheet for the director.

use crate::AppState;
use crate::access::{Routes, Scope::Facility};
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_documents::{Header, cases_pdf};
use hakutaku_model::access::Action as A;
use hakutaku_model::cases::{Ground, Outcome, Tally, Verdict, Walk, first_steps, resembling, tally, walk};
use hakutaku_model::catalogue::{Catalogue, Confidence};
use hakutaku_model::connection::Connection;
use hakutaku_model::facts::FactSheet;
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::known::SourceLine;
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many things to do first are named.
const FIRST: usize = 5;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/facilities/{facility}/plan/cases", A::ReadPlan, Facility, show).get(
        "/facilities/{facility}/plan/cases/director.pdf",
        A::ReadPlan,
        Facility,
        paper,
    )
}

/// What the cases are held against.
#[derive(Debug)]
pub(crate) struct Gathered {
    facts: FactSheet,
    lines: Vec<Connection>,
    today: Date,
}

/// The marks of lines that resemble a case: its name and the marks in words.
pub(crate) type Resembling = Vec<(String, Vec<hakutaku_model::connection::risk::RiskMark>)>;

impl Gathered {
    pub(crate) async fn of(app: &AppState, facility: FacilityId) -> Result<Self, Problem> {
        let today = app.now().date_in_japan();
        let facts = app.store.facts(&app.catalogue, facility, today).await?;
        let lines = app.store.records::<Connection>(facility).await?.into_iter().map(|row| row.body).collect();
        Ok(Self { facts, lines, today })
    }

    /// Every case, the newest first, with the lines that resemble it.
    pub(crate) fn walks<'c>(&self, catalogue: &'c Catalogue) -> Vec<(Walk<'c>, Resembling)> {
        catalogue
            .cases
            .iter()
            .map(|case| {
                let lines = resembling(&case.id, &self.lines, &catalogue.connections, self.today);
                let ground = Ground { facts: &self.facts, lines: &lines, today: self.today };
                (walk(case, &ground, catalogue), lines)
            })
            .collect()
    }
}

struct Case {
    id: String,
    name: String,
    kind: String,
    summary: String,
    badge: &'static str,
    mark: &'static str,
    sentence: String,
    steps: Vec<StepLine>,
    lines: Vec<(String, String)>,
    missing: Vec<(String, Option<String>)>,
    advice: Vec<(usize, String, Option<String>)>,
    unknown: Vec<String>,
    sources: Vec<SourceLine>,
    inferred: bool,
}

struct StepLine {
    phase: String,
    text: String,
    badge: &'static str,
    mark: &'static str,
    verdict: String,
    reasons: Vec<(bool, String)>,
    inferred: bool,
    source: Option<String>,
}

#[derive(Template)]
#[template(path = "cases/show.html")]
struct CasesPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    day: String,
    tally: Tally,
    first: Vec<(String, String)>,
    cases: Vec<Case>,
}

fn of_outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Stopped(_) => ("good", "○"),
        Outcome::Limited(_) => ("now", "△"),
        Outcome::NotStopped => ("bad", "×"),
        Outcome::Unknown => ("", "？"),
    }
}

fn of_verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Stopped => ("good", "○"),
        Verdict::Passed => ("bad", "×"),
        Verdict::Unknown => ("", "？"),
        Verdict::NotPublished => ("", "－"),
    }
}

fn case_of(t: Words, walk: &Walk<'_>, lines: &Resembling) -> Case {
    let (badge, mark) = of_outcome(walk.outcome);
    let steps = walk
        .steps
        .iter()
        .map(|view| {
            let (badge, mark) = of_verdict(view.verdict);
            StepLine {
                phase: t.text(&view.step.phase.title()).to_owned(),
                text: t.text(&view.step.text).to_owned(),
                badge,
                mark,
                verdict: t.text(&view.verdict.title()).to_owned(),
                reasons: view.reasons.iter().map(|reason| (reason.good, t.text(&reason.text).to_owned())).collect(),
                inferred: view.step.is_published() && view.step.confidence == Confidence::Inferred,
                source: view.step.source.and_then(|at| walk.case.sources.get(at)).map(|source| source.title.clone()),
            }
        })
        .collect();
    Case {
        id: walk.case.id.clone(),
        name: t.text(&walk.case.name).to_owned(),
        kind: t.text(&walk.case.kind).to_owned(),
        summary: t.text(&walk.case.summary).to_owned(),
        badge,
        mark,
        sentence: t.text(&walk.sentence()).to_owned(),
        steps,
        lines: lines
            .iter()
            .map(|(name, marks)| {
                let marks: Vec<&str> = marks.iter().map(|mark| t.text(&mark.reason)).collect();
                (name.clone(), marks.join(" "))
            })
            .collect(),
        missing: {
            let mut missing: Vec<(String, Option<String>)> =
                walk.missing().map(|missing| (t.text(&missing.what).to_owned(), missing.question.clone())).collect();
            missing.dedup();
            missing
        },
        advice: walk
            .advice
            .iter()
            .map(|advice| {
                let measure = advice.measure_title.as_ref().map(|title| t.text(title).to_owned());
                (advice.step, t.text(&advice.title).to_owned(), measure)
            })
            .collect(),
        unknown: walk.case.unknown.iter().map(|line| t.text(line).to_owned()).collect(),
        sources: walk.case.sources.clone(),
        inferred: walk.case.confidence == Confidence::Inferred,
    }
}

async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let gathered = Gathered::of(&app, facility).await?;
    let walked = gathered.walks(&app.catalogue);
    let cases = walked.iter().map(|(walk, lines)| case_of(t, walk, lines)).collect();
    let walks: Vec<Walk<'_>> = walked.into_iter().map(|(walk, _)| walk).collect();
    let first = first_steps(&walks, FIRST)
        .into_iter()
        .map(|step| {
            let names: Vec<&str> = step.cases.iter().map(|name| t.text(name)).collect();
            let what = step.measure_title.as_ref().unwrap_or(&step.title);
            (t.text(what).to_owned(), names.join(&t.m("list-separator")))
        })
        .collect();
    html(&CasesPage {
        t,
        page: visit.page(t.m("cases-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        base: format!("/facilities/{facility}/plan/cases"),
        day: date_words(gathered.today, t.lang),
        tally: tally(&walks),
        first,
        cases,
    })
}

/// The director's sheet; entered in the facility's log.
async fn paper(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let place = visit.place()?.clone();
    let (now, lang) = (app.now(), visit.lang);
    let gathered = Gathered::of(&app, place.id).await?;
    let catalogue = Arc::clone(&app.catalogue);
    let head = Header { facility: Some(place.name.clone()), fiscal_year: None, made: now };
    let made = press(move || {
        let walks: Vec<Walk<'_>> = gathered.walks(&catalogue).into_iter().map(|(walk, _)| walk).collect();
        cases_pdf(&walks, lang, &head)
    });
    let pdf = made.await?.map_err(Problem::internal)?;
    let file = format!("{}_{}_{}.pdf", place.name, visit.t().k(Key("cases-file")), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "cases.export", "cases", detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, pdf.bytes).into_response())
}
