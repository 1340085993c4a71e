//! The answering page: one field at a time for long questionnaires, all on one page for short ones.

use crate::AppState;
use crate::answering::progress::{FieldProgress, Progress};
use crate::answering::sheet::Sheet;
use crate::answering::view::{Cards, Frame, Overlay, SectionView};
use crate::answering::{address, seen_at, words_for_scripts};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::assessment::Outcome;

/// Up to this many questions are answered on one page: a clinic's 13, the executives' 15.
const ON_ONE_PAGE: usize = 20;

/// Which part of the questionnaire a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// One field.
    Field(String),
    /// Everything.
    All,
}

/// One line of the field navigator.
pub(crate) struct FieldLink<'c> {
    pub(crate) field: &'c str,
    pub(crate) number: usize,
    pub(crate) title: &'c str,
    pub(crate) href: String,
    pub(crate) here: bool,
    pub(crate) progress: FieldProgress,
}

#[derive(Template)]
#[template(path = "answering/page.html")]
struct AnsweringPage<'c> {
    t: Words,
    page: Page,
    frame: Frame,
    title: String,
    year: String,
    closed: Option<String>,
    viewer: String,
    words: String,
    links: Vec<FieldLink<'c>>,
    progress: FieldProgress,
    sections: Vec<SectionView<'c>>,
    one_page: bool,
    short: bool,
    previous: Option<(String, &'c str)>,
    next: Option<(String, &'c str)>,
    result: Option<String>,
}

/// Opens an assessment: a short one whole, a long one where something is left to answer.
pub(crate) async fn start(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    if is_short(&sheet) {
        return Ok(render(&app, &visit, &sheet, &Part::All, None)?.into_response());
    }
    let waiting =
        sheet.evaluation.fields.iter().find(|field| {
            field.outcomes.iter().any(|o| matches!(o.outcome, Outcome::Unanswered | Outcome::Unconfirmed))
        });
    let field = waiting.or(sheet.evaluation.fields.first()).ok_or(Problem::NotFound)?;
    Ok(Redirect::to(&format!("{}/fields/{}", address(&sheet.row), field.field)).into_response())
}

/// Everything on one page.
pub(crate) async fn all(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    render(&app, &visit, &sheet, &Part::All, None)
}

/// One field.
pub(crate) async fn field(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, _, field)): Path<(String, String, String)>,
) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    render(&app, &visit, &sheet, &Part::Field(field), None)
}

fn is_short(sheet: &Sheet<'_>) -> bool {
    sheet.questionnaire.questions().count() <= ON_ONE_PAGE
}

/// The address a question is seen at: where a form without scripts comes back to.
pub(crate) fn question_address(sheet_base: &str, part: &Part, question: &str) -> String {
    match part {
        Part::Field(field) => format!("{sheet_base}/fields/{field}#{question}"),
        Part::All => format!("{sheet_base}/all#{question}"),
    }
}

/// Renders a part, with what could not be saved laid over it.
pub(crate) fn render(
    app: &AppState,
    visit: &Visit,
    sheet: &Sheet<'_>,
    part: &Part,
    overlay: Option<&Overlay>,
) -> Result<Html<String>, Problem> {
    let (t, now) = (visit.t(), app.now());
    let base = address(&sheet.row);
    let open = !sheet.is_closed();
    let frame = Frame {
        leaf: "answer",
        back: if *part == Part::All { "all" } else { "field" },
        answer: open && visit.may(Action::Answer),
        read_comments: true,
        comment: visit.may(Action::Comment),
        read_documents: visit.may(Action::ReadDocument),
        add_document: open && visit.may(Action::AddDocument),
        hand_over: open && visit.may(Action::HandOver),
        inspect: true,
        improvements: visit.may(Action::ReadActions),
        base: base.clone(),
    };
    let cards = Cards { catalogue: &app.catalogue, sheet, frame: &frame, t, now, overlay };
    let shown = |at: usize| match part {
        Part::All => true,
        Part::Field(field) => sheet.questionnaire.sections.get(at).is_some_and(|s| s.field.as_str() == field),
    };
    let sections: Vec<SectionView<'_>> = sheet
        .questionnaire
        .sections
        .iter()
        .enumerate()
        .filter(|(at, _)| shown(*at))
        .map(|(at, section)| cards.section(at, section, |_| true))
        .collect();
    if sections.is_empty() {
        return Err(Problem::NotFound);
    }
    let progress = Progress::of(sheet.questionnaire, &sheet.evaluation, &sheet.model, None);
    let links = links(sheet, part, &progress, &base, t);
    let here = links.iter().position(|link| link.here);
    let neighbour = |at: Option<usize>| at.and_then(|at| links.get(at)).map(|link| (link.href.clone(), link.title));
    let (previous, next) = match here {
        Some(at) => (neighbour(at.checked_sub(1)), neighbour(at.checked_add(1))),
        None => (None, None),
    };
    let list = format!("/facilities/{}/assessments", sheet.row.facility);
    let heading = match (part, sections.first()) {
        (Part::Field(_), Some(section)) => format!("{} {}", section.number, section.title),
        _ => sheet.title(t.lang),
    };
    html(&AnsweringPage {
        t,
        page: seen_at(
            match part {
                Part::Field(field) => format!("{base}/fields/{field}"),
                Part::All => format!("{base}/all"),
            },
            visit.page(heading).under(list, t.k(Key("assessments-title"))),
        ),
        title: sheet.title(t.lang),
        year: sheet.row.year.label(t.lang),
        closed: sheet.row.closed_at.map(|at| at.minute_in_japan(t.lang)),
        viewer: visit.act(now).actor,
        words: words_for_scripts::json(t),
        progress: progress.all.clone(),
        one_page: *part == Part::All,
        short: is_short(sheet),
        result: result_address(visit, sheet),
        links,
        sections,
        previous,
        next,
        frame,
    })
}

/// Where the result of this assessment is shown, for those who may see it.
fn result_address(visit: &Visit, sheet: &Sheet<'_>) -> Option<String> {
    let pattern = "/facilities/{facility}/assessments/{assessment}/result";
    (crate::access::has_page(pattern) && visit.may(Action::ReadResult))
        .then(|| format!("{}/result", address(&sheet.row)))
}

fn links<'c>(sheet: &Sheet<'c>, part: &Part, progress: &Progress, base: &str, t: Words) -> Vec<FieldLink<'c>> {
    sheet
        .questionnaire
        .sections
        .iter()
        .enumerate()
        .map(|(at, section)| {
            let field = section.field.as_str();
            FieldLink {
                field,
                number: at + 1,
                title: t.text(&section.title),
                href: match part {
                    Part::All => format!("#field-{field}"),
                    Part::Field(_) => format!("{base}/fields/{field}"),
                },
                here: *part == Part::Field(field.to_owned()),
                progress: progress.field(field),
            }
        })
        .collect()
}
