//! Brings together what a result is made of: the answers, last year's, the executives', the network's.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::assessment::Answers;
use hakutaku_model::catalogue::{Catalogue, Questionnaire, QuestionnaireKind};
use hakutaku_model::id::{AssessmentId, QuestionnaireId};
use hakutaku_model::report::{ReportContext, ResultReport, build};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_store::{AssessmentRow, FacilityRow};

/// The questionnaire each executive answers alone.
pub(crate) const EXECUTIVE: &str = "executive";
/// The questionnaire that yields a level instead of scores.
pub(crate) const TYPOLOGY: &str = "network-typology";

/// Everything about one assessment.
pub(crate) struct Gathered {
    /// The assessment.
    pub(crate) row: AssessmentRow,
    /// Whose it is.
    pub(crate) facility: FacilityRow,
    /// Its answers.
    pub(crate) answers: Answers,
    /// Last year's.
    pub(crate) previous: Option<Answers>,
    /// What the executives answered this year, one set a person.
    pub(crate) executives: Vec<Answers>,
    /// This year's network typology.
    pub(crate) typology: Option<(AssessmentId, Answers)>,
}

impl Gathered {
    /// Everything about the assessment named in the address.
    pub(crate) async fn of(app: &AppState, visit: &Visit) -> Result<Self, Problem> {
        let (facility, id) = visit.assessment()?;
        let row = app.store.assessment(facility, id).await?;
        let answers = app.store.model_answers(facility, id).await?;
        let previous = match app.store.previous_assessment(facility, id).await? {
            Some(before) => Some(app.store.model_answers(facility, before.id).await?),
            None => None,
        };
        let (mut executives, mut typology) = (Vec::new(), None);
        if !matches!(row.questionnaire.as_str(), EXECUTIVE | TYPOLOGY) {
            let form = QuestionnaireId::from(EXECUTIVE);
            for theirs in app.store.assessments_in(facility, &form, row.year).await? {
                executives.push(app.store.model_answers(facility, theirs.id).await?);
            }
            let form = QuestionnaireId::from(TYPOLOGY);
            if let Some(network) = app.store.assessments_in(facility, &form, row.year).await?.first() {
                let answers = app.store.model_answers(facility, network.id).await?;
                typology = (!answers.is_empty()).then_some((network.id, answers));
            }
        }
        let facility = app.store.facility(facility).await?;
        Ok(Self { row, facility, answers, previous, executives, typology })
    }

    /// The questionnaire it answers.
    pub(crate) fn questionnaire<'c>(&self, catalogue: &'c Catalogue) -> Result<&'c Questionnaire, Problem> {
        questionnaire_of(catalogue, &self.row)
    }

    /// Whether it yields a level instead of scores.
    pub(crate) fn is_typology(&self, catalogue: &Catalogue) -> Result<bool, Problem> {
        Ok(self.questionnaire(catalogue)?.kind == QuestionnaireKind::Typology)
    }

    /// The whole result in words, as of this moment.
    pub(crate) fn report(&self, catalogue: &Catalogue, lang: Lang, now: Ts) -> Result<ResultReport, Problem> {
        let context = ReportContext {
            lang,
            date: now.date_in_japan(),
            facility: Some(&self.facility.profile),
            fiscal_year: Some(self.row.year),
            answers: &self.answers,
            previous: self.previous.as_ref(),
            executives: self.executives.iter().collect(),
            typology: self.typology.as_ref().map(|(_, answers)| answers),
        };
        Ok(build(catalogue, self.questionnaire(catalogue)?, &context))
    }

    /// The address of the assessment, without a slash at the end.
    pub(crate) fn href(&self) -> String {
        href(&self.row)
    }
}

/// The address of an assessment, without a slash at the end.
pub(crate) fn href(row: &AssessmentRow) -> String {
    format!("/facilities/{}/assessments/{}", row.facility, row.id)
}

/// The questionnaire of an assessment; one this binary no longer has cannot be shown.
pub(crate) fn questionnaire_of<'c>(
    catalogue: &'c Catalogue,
    row: &AssessmentRow,
) -> Result<&'c Questionnaire, Problem> {
    catalogue
        .questionnaire(row.questionnaire.as_str())
        .ok_or_else(|| Problem::internal(format!("the catalogue has no questionnaire {}", row.questionnaire)))
}
