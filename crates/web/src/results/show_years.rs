//! All results of a facility: this year's beside each other, and how they moved over the years.

use crate::AppState;
use crate::results::figures::{self, TrendPoint};
use crate::results::gather::{EXECUTIVE, TYPOLOGY, href, questionnaire_of};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::assessment::Answers;
use hakutaku_model::report::{ChangeLine, Counts, ReportContext, ResultReport, ScoreLine, build};
use hakutaku_store::{AssessmentRow, FacilityRow};

/// One assessment as a line of this page.
struct Entry {
    title: String,
    respondent: Option<String>,
    year: String,
    year_label: String,
    href: String,
    score: Option<ScoreLine>,
    change: Option<ChangeLine>,
    counts: Counts,
    weak: usize,
    level: Option<u8>,
    is_typology: bool,
    briefing: bool,
    closed: bool,
}

impl Entry {
    fn of(row: &AssessmentRow, report: &ResultReport, t: Words) -> Self {
        let is_typology = row.questionnaire.as_str() == TYPOLOGY;
        Self {
            title: report.questionnaire.title.clone(),
            respondent: row.respondent.clone(),
            year: t.a("years-short", "year", i32::from(row.year.0).to_string()),
            year_label: report.fiscal_year.clone(),
            href: href(row),
            score: report.overall.clone().filter(|_| !is_typology),
            change: report.overall_change.clone().filter(|_| !is_typology),
            counts: report.counts,
            weak: report.weak.len(),
            level: report.typology.as_ref().filter(|_| is_typology).and_then(|typology| typology.level),
            is_typology,
            briefing: !is_typology && row.questionnaire.as_str() != EXECUTIVE && report.overall.is_some(),
            closed: row.closed_at.is_some(),
        }
    }

    /// How far along a drawing 300 wide.
    fn along(&self) -> String {
        figures::along(self.score.as_ref().map_or(0.0, |score| score.share))
    }
}

/// One questionnaire (for executives: of one person) over the years, oldest first.
struct Series {
    title: String,
    respondent: Option<String>,
    is_typology: bool,
    entries: Vec<Entry>,
    trend: String,
}

#[derive(Template)]
#[template(path = "results/years.html")]
struct YearsPage {
    t: Words,
    page: Page,
    year: String,
    current: Vec<Entry>,
    series: Vec<Series>,
    assessments: Option<String>,
    may_read_briefing: bool,
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let place = visit.place()?.id;
    let facility = app.store.facility(place).await?;
    let mut rows = app.store.assessments(place).await?;
    // Oldest first within each questionnaire, questionnaires in the order they are offered.
    let order = |row: &AssessmentRow| {
        app.catalogue.questionnaires.iter().position(|form| form.id == row.questionnaire).unwrap_or(usize::MAX)
    };
    rows.sort_by(|a, b| {
        (order(a), &a.respondent, a.year, a.created_at).cmp(&(order(b), &b.respondent, b.year, b.created_at))
    });

    let newest = rows.iter().map(|row| row.year).max();
    let (mut current, mut series) = (Vec::new(), Vec::<Series>::new());
    let mut before: Option<(AssessmentRow, Answers)> = None;
    for row in rows {
        let answers = app.store.model_answers(place, row.id).await?;
        let same =
            |other: &AssessmentRow| other.questionnaire == row.questionnaire && other.respondent == row.respondent;
        let previous = before.take().filter(|(earlier, _)| same(earlier));
        let report = line(&app, &visit, &facility, &row, &answers, previous.as_ref().map(|(_, answers)| answers))?;
        let entry = Entry::of(&row, &report, t);
        if Some(row.year) == newest {
            current.push(Entry::of(&row, &report, t));
        }
        match series.last_mut() {
            Some(last) if previous.is_some() => last.entries.push(entry),
            _ => series.push(Series {
                title: entry.title.clone(),
                respondent: entry.respondent.clone(),
                is_typology: entry.is_typology,
                entries: vec![entry],
                trend: String::new(),
            }),
        }
        before = Some((row, answers));
    }
    for one in &mut series {
        one.trend = figures::trend(&points(&one.entries));
    }
    series.retain(|one| one.entries.len() > 1);

    let year = newest.map(|year| year.label(visit.lang)).unwrap_or_default();
    let assessments = visit.may(Action::ReadAssessment).then(|| format!("/facilities/{place}/assessments"));
    let may_read_briefing = visit.may(Action::ReadBriefing);
    let page = visit.page(t.m("years-title"));
    html(&YearsPage { t, page, year, current, series, assessments, may_read_briefing })
}

fn line(
    app: &AppState,
    visit: &Visit,
    facility: &FacilityRow,
    row: &AssessmentRow,
    answers: &Answers,
    previous: Option<&Answers>,
) -> Result<ResultReport, Problem> {
    let context = ReportContext {
        lang: visit.lang,
        date: app.now().date_in_japan(),
        facility: Some(&facility.profile),
        fiscal_year: Some(row.year),
        answers,
        previous,
        executives: Vec::new(),
        typology: None,
    };
    Ok(build(&app.catalogue, questionnaire_of(&app.catalogue, row)?, &context))
}

fn points(entries: &[Entry]) -> Vec<TrendPoint> {
    entries
        .iter()
        .filter_map(|entry| {
            let score = entry.score.as_ref()?;
            Some(TrendPoint {
                label: entry.year.clone(),
                shown: score.shown.clone(),
                share: score.share,
                weak: score.weak,
            })
        })
        .collect()
}
