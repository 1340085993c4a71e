//! The result of one assessment: scores with their reasons, weak fields with their plan, and what to compare with.

use crate::AppState;
use crate::results::figures;
use crate::results::gather::{EXECUTIVE, Gathered, href};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::report::{FieldLine, MeasureLine, QuestionAppendix, ResultReport, TypologyLine, WeakField};

/// How many fields the "where to begin" box names.
const FIRST_STEPS: usize = 3;
/// Up to this many questions are answered on one page, as `answering` does.
const SHORT: usize = 20;

/// What may be offered to this visitor, and where it is.
pub(super) struct Ways {
    /// The address of the assessment, without a slash at the end.
    pub(super) base: String,
    /// Questions and their answers may be opened.
    pub(super) answers: bool,
    /// Answers may be given.
    pub(super) answering: bool,
    /// The executives' page may be opened, and there is one.
    pub(super) briefing: bool,
    /// The name of the executive who answered.
    pub(super) respondent: Option<String>,
    /// Closed: nothing changes any more.
    pub(super) closed: bool,
    /// The questions of each field.
    fields: Vec<(String, Vec<String>)>,
}

impl Ways {
    fn of(visit: &Visit, gathered: &Gathered, report: &ResultReport, briefing: bool) -> Self {
        Self {
            base: gathered.href(),
            answers: visit.may(Action::ReadAssessment),
            answering: visit.may(Action::Answer) && gathered.row.closed_at.is_none(),
            briefing: briefing && visit.may(Action::ReadBriefing),
            respondent: gathered.row.respondent.clone(),
            closed: gathered.row.closed_at.is_some(),
            fields: report
                .sections
                .iter()
                .map(|section| (section.id.clone(), section.questions.iter().map(|q| q.id.clone()).collect()))
                .collect(),
        }
    }

    /// Where a question is answered: short questionnaires have one page, long ones a page a field.
    pub(super) fn question(&self, id: &str) -> String {
        let count: usize = self.fields.iter().map(|(_, questions)| questions.len()).sum();
        let field = self.fields.iter().find(|(_, questions)| questions.iter().any(|question| question == id));
        match field {
            Some((field, _)) if count > SHORT => format!("{}/fields/{field}#{id}", self.base),
            _ => format!("{}/all#{id}", self.base),
        }
    }
}

#[derive(Template)]
#[template(path = "results/result.html")]
struct ResultPage {
    t: Words,
    page: Page,
    report: ResultReport,
    ways: Ways,
    radar: String,
    typology_href: Option<String>,
}

impl ResultPage {
    fn field(&self, id: &str) -> Option<&FieldLine> {
        self.report.fields.iter().find(|field| field.id == id)
    }

    /// Every question of a field, counted or not: the whole derivation.
    fn questions(&self, field: &str) -> &[QuestionAppendix] {
        self.report.sections.iter().find(|section| section.id == field).map_or(&[], |section| &section.questions)
    }

    /// The first question still open.
    fn first_open(&self) -> Option<&str> {
        let mut questions = self.report.sections.iter().flat_map(|section| &section.questions);
        questions.find(|q| matches!(q.state, "unanswered" | "unconfirmed")).map(|q| q.id.as_str())
    }

    /// The first thing to do in each of the weakest fields, none twice.
    fn first_steps(&self) -> Vec<(&str, &MeasureLine)> {
        let mut steps: Vec<(&str, &MeasureLine)> = Vec::new();
        for weak in &self.report.weak {
            let new = weak.measures.iter().find(|measure| steps.iter().all(|(_, taken)| taken.id != measure.id));
            if let Some(measure) = new {
                steps.push((weak.id.as_str(), measure));
            }
        }
        steps.truncate(FIRST_STEPS);
        steps
    }

    /// How many measures of a weak field cost no money.
    fn free(&self, weak: &WeakField) -> usize {
        weak.measures.iter().filter(|measure| measure.free).count()
    }

    fn has_previous(&self) -> bool {
        self.report.fields.iter().any(|field| field.previous.is_some())
    }

    /// How far along a drawing 300 wide.
    fn along(&self, share: &f64) -> String {
        figures::along(*share)
    }
}

#[derive(Template)]
#[template(path = "results/typology.html")]
struct TypologyPage {
    t: Words,
    page: Page,
    report: ResultReport,
    typology: TypologyLine,
    ways: Ways,
}

impl TypologyPage {
    fn questions(&self, at: &usize) -> &[QuestionAppendix] {
        self.report.sections.get(*at).map_or(&[], |section| &section.questions)
    }

    fn first_open(&self) -> Option<&str> {
        let mut questions = self.report.sections.iter().flat_map(|section| &section.questions);
        questions.find(|q| matches!(q.state, "unanswered" | "unconfirmed")).map(|q| q.id.as_str())
    }

    fn is_reached(&self, level: &u8) -> bool {
        self.typology.level == Some(*level)
    }

    fn meaning(&self, level: &u8) -> &str {
        self.typology.levels.get(usize::from(*level)).map_or("", String::as_str)
    }

    /// The level the missing steps lead to.
    fn next_level(&self) -> u8 {
        self.typology.level.map_or(0, |level| (level + 1).min(3))
    }
}

/// The frame of a page that belongs to the results, although its address lies below the assessment.
pub(super) fn under_results(visit: &Visit, title: String, results: &str) -> Page {
    let mut page = visit.page(title);
    for link in &mut page.nav {
        link.here = link.href == results;
    }
    page
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let t = visit.t();
    let report = gathered.report(&app.catalogue, visit.lang, app.now())?;
    let place = visit.place()?;
    let results = format!("/facilities/{}/results", place.id);
    let page = under_results(&visit, t.a("result-title", "form", &report.questionnaire.title), &results)
        .under(&results, t.m("years-title"));
    if gathered.is_typology(&app.catalogue)? {
        let ways = Ways::of(&visit, &gathered, &report, false);
        let typology =
            report.typology.clone().ok_or_else(|| Problem::internal("the typology has not three controls"))?;
        return html(&TypologyPage { t, page, report, typology, ways });
    }
    // The executives' own answers are no basis for a page that tells executives what to decide.
    let ways = Ways::of(&visit, &gathered, &report, gathered.row.questionnaire.as_str() != EXECUTIVE);
    let radar = figures::radar(&report);
    let typology_href = gathered.typology.as_ref().map(|(id, _)| {
        let row = hakutaku_store::AssessmentRow { id: *id, ..gathered.row.clone() };
        format!("{}/result", href(&row))
    });
    html(&ResultPage { t, page, report, ways, radar, typology_href })
}
