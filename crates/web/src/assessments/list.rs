//! The assessments of a facility by fiscal year, each with its progress; what can be opened this year comes first.

use crate::AppState;
use crate::answering::address;
use crate::answering::progress::{FieldProgress, Progress};
use crate::answering::sheet::title;
use crate::assessments::start::EXECUTIVE;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::assessment::evaluate;
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::AssessmentRow;

/// One assessment.
struct SheetLine {
    href: String,
    title: String,
    progress: FieldProgress,
    created: String,
    closed: Option<String>,
    executive: bool,
    result: Option<String>,
}

struct Year {
    label: String,
    current: bool,
    sheets: Vec<SheetLine>,
}

/// A questionnaire that can be opened for this year.
struct Start<'c> {
    id: &'c str,
    title: &'c str,
    audience: &'c str,
    /// Fields, questions, minutes.
    size: String,
    /// The year whose answers can be brought over.
    before: Option<String>,
    executive: bool,
}

#[derive(Template)]
#[template(path = "assessments/list.html")]
struct ListPage<'c> {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    this_year: String,
    starts: Vec<Start<'c>>,
    years: Vec<Year>,
    manage: bool,
    edit: bool,
    nothing_chosen: bool,
}

/// The list.
pub(crate) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    render(&app, &visit, Form::default()).await
}

/// The list, with a form that could not be taken.
pub(crate) async fn render(app: &AppState, visit: &Visit, form: Form) -> Result<Html<String>, Problem> {
    let facility = visit.place()?.id;
    let t = visit.t();
    let (profile, rows) = tokio::try_join!(app.store.facility(facility), app.store.assessments(facility))?;
    let this_year = FiscalYear::of(app.now().date_in_japan());
    let mut years: Vec<Year> = Vec::new();
    let mut last = None;
    for row in &rows {
        let Some(questionnaire) = app.catalogue.questionnaire(row.questionnaire.as_str()) else { continue };
        let line = line(app, visit, row, questionnaire).await?;
        match years.last_mut().filter(|_| last == Some(row.year)) {
            Some(year) => year.sheets.push(line),
            None => {
                let current = row.year == this_year;
                years.push(Year { label: row.year.label(t.lang), current, sheets: vec![line] });
                last = Some(row.year);
            }
        }
    }
    let starts = profile
        .questionnaires
        .iter()
        .filter_map(|id| app.catalogue.questionnaire(id.as_str()))
        .filter_map(|questionnaire| start(questionnaire, &rows, this_year, t))
        .collect();
    html(&ListPage {
        t,
        page: visit.page(t.k(Key("assessments-title"))),
        form,
        base: format!("/facilities/{facility}"),
        this_year: this_year.label(t.lang),
        starts,
        years,
        manage: visit.may(Action::ManageAssessment),
        edit: visit.may(Action::EditFacility),
        nothing_chosen: profile.questionnaires.is_empty(),
    })
}

async fn line(
    app: &AppState,
    visit: &Visit,
    row: &AssessmentRow,
    questionnaire: &Questionnaire,
) -> Result<SheetLine, Problem> {
    let t = visit.t();
    let answers = app.store.model_answers(row.facility, row.id).await?;
    let progress = Progress::of(questionnaire, &evaluate(questionnaire, &answers), &answers, None).all;
    let result_page = "/facilities/{facility}/assessments/{assessment}/result";
    let result = visit.may(Action::ReadResult) && crate::access::has_page(result_page) && progress.answered > 0;
    let href = address(row);
    Ok(SheetLine {
        title: title(row, questionnaire, t.lang),
        created: row.created_at.minute_in_japan(t.lang),
        closed: row.closed_at.map(|at| at.minute_in_japan(t.lang)),
        executive: row.questionnaire.as_str() == EXECUTIVE,
        result: result.then(|| format!("{href}/result")),
        progress,
        href,
    })
}

/// What the card for opening says; `None` when this year's is open already. The executives' form can be opened for
/// each executive.
fn start<'c>(
    questionnaire: &'c Questionnaire,
    rows: &[AssessmentRow],
    this_year: FiscalYear,
    t: Words,
) -> Option<Start<'c>> {
    let same = || rows.iter().filter(|row| row.questionnaire == questionnaire.id);
    let executive = questionnaire.id.as_str() == EXECUTIVE;
    if !executive && same().any(|row| row.year == this_year) {
        return None;
    }
    let before = same().filter(|row| row.year < this_year).map(|row| row.year).max();
    Some(Start {
        id: questionnaire.id.as_str(),
        title: t.text(&questionnaire.title),
        audience: t.text(&questionnaire.audience),
        size: t.a3(
            "assessments-size",
            ("fields", questionnaire.sections.len()),
            ("questions", questionnaire.questions().count()),
            ("minutes", questionnaire.minutes),
        ),
        before: before.map(|year| year.label(t.lang)),
        executive,
    })
}
