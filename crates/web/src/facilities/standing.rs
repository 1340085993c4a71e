//! Where a facility stands with each of its questionnaires, and what to do next.

use crate::AppState;
use crate::access::has_page;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action;
use hakutaku_model::assessment::evaluate;
use hakutaku_model::catalogue::{Questionnaire, QuestionnaireKind};
use hakutaku_model::facility::PREFECTURES;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::{AssessmentRow, FacilityRow};

/// One questionnaire of a facility.
pub(crate) struct QuestionnaireStanding {
    pub(crate) title: String,
    pub(crate) questions: usize,
    pub(crate) minutes: u16,
    /// This year's, or the newest there is.
    pub(crate) year: Option<String>,
    /// Answered or taken out with a reason.
    pub(crate) settled: usize,
    pub(crate) open: usize,
    pub(crate) closed: bool,
    pub(crate) weak_fields: usize,
    /// Shown for scored questionnaires with an answer, to those who may see results.
    pub(crate) score: Option<String>,
    pub(crate) state: State,
}

/// How far a questionnaire is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    NotStarted,
    UnderWay,
    Complete,
}

/// A facility as cards and overviews show it.
pub(crate) struct FacilityStanding {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) prefecture: &'static str,
    pub(crate) beds: u32,
    pub(crate) questionnaires: Vec<QuestionnaireStanding>,
    /// Whether the visitor may see and answer assessments, and the page for it exists.
    pub(crate) may_assess: bool,
    pub(crate) may_edit: bool,
}

impl FacilityStanding {
    /// The first questionnaire that waits for somebody.
    pub(crate) fn next(&self) -> Option<&QuestionnaireStanding> {
        self.questionnaires
            .iter()
            .find(|q| q.state == State::UnderWay)
            .or_else(|| self.questionnaires.iter().find(|q| q.state == State::NotStarted))
    }
}

/// Looks a facility up for a visitor.
pub(crate) async fn standing(app: &AppState, visit: &Visit, row: &FacilityRow) -> Result<FacilityStanding, Problem> {
    let lang = visit.lang;
    let may_read_results = visit.may_at(Action::ReadResult, row.id);
    let may_assess = visit.may_at(Action::ReadAssessment, row.id) && has_page("/facilities/{facility}/assessments");
    let assessments = app.store.assessments(row.id).await?;
    let mut questionnaires = Vec::new();
    for id in &row.questionnaires {
        // A questionnaire of a newer version of the product, after going back to an older one: left out.
        let Some(questionnaire) = app.catalogue.questionnaire(id.as_str()) else { continue };
        let newest: Vec<&AssessmentRow> = newest_year(&assessments, questionnaire);
        questionnaires.push(one(app, lang, row, questionnaire, &newest, may_read_results).await?);
    }
    let (ja, en) = PREFECTURES.get(usize::from(row.profile.prefecture.saturating_sub(1))).copied().unwrap_or(("", ""));
    Ok(FacilityStanding {
        id: row.id.to_string(),
        name: row.profile.name.clone(),
        kind: row.profile.kind.title().get(lang).to_owned(),
        prefecture: if lang == Lang::Ja { ja } else { en },
        beds: row.profile.beds,
        questionnaires,
        may_assess,
        may_edit: visit.may_at(Action::EditFacility, row.id),
    })
}

/// The assessments of a questionnaire in its newest year: several when each executive answers alone.
fn newest_year<'a>(all: &'a [AssessmentRow], questionnaire: &Questionnaire) -> Vec<&'a AssessmentRow> {
    let of = || all.iter().filter(|row| row.questionnaire == questionnaire.id);
    let newest: Option<FiscalYear> = of().map(|row| row.year).max();
    of().filter(|row| Some(row.year) == newest).collect()
}

async fn one(
    app: &AppState,
    lang: Lang,
    facility: &FacilityRow,
    questionnaire: &Questionnaire,
    newest: &[&AssessmentRow],
    with_score: bool,
) -> Result<QuestionnaireStanding, Problem> {
    let mut standing = QuestionnaireStanding {
        title: questionnaire.title.get(lang).to_owned(),
        questions: questionnaire.questions().count(),
        minutes: questionnaire.minutes,
        year: newest.first().map(|row| row.year.label(lang)),
        settled: 0,
        open: 0,
        closed: !newest.is_empty() && newest.iter().all(|row| row.closed_at.is_some()),
        weak_fields: 0,
        score: None,
        state: State::NotStarted,
    };
    for row in newest {
        let answers = app.store.model_answers(facility.id, row.id).await?;
        let result = evaluate(questionnaire, &answers);
        standing.settled += result.fields.iter().map(|field| field.answered() + field.not_applicable()).sum::<usize>();
        standing.open += result.open_questions().count();
        // With several executives their scores are compared on the result page; one number here would mislead.
        if with_score && newest.len() == 1 && questionnaire.kind == QuestionnaireKind::Assessment {
            standing.weak_fields = result.weak_fields().len();
            standing.score = result.overall.map(|score| score.to_string());
        }
    }
    standing.state = match (newest.is_empty() || standing.settled == 0, standing.open) {
        (true, _) => State::NotStarted,
        (false, 0) => State::Complete,
        (false, _) if standing.closed => State::Complete,
        (false, _) => State::UnderWay,
    };
    Ok(standing)
}
