//! The result as scripts read it: `hakutaku assess --format json` and the API's result.

use crate::assessment::{Answers, evaluate, measures_for_weak_fields};
use crate::catalogue::{Catalogue, Questionnaire, QuestionnaireKind, Span};
use crate::id::QuestionId;
use crate::typology;
use serde::Serialize;

/// The whole result. Field names are a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultSummary {
    /// Questionnaire id.
    pub questionnaire: String,
    /// Its edition.
    pub edition: String,
    /// Two decimals; `null` when nothing is answered.
    pub overall: Option<String>,
    /// The exact fraction.
    pub overall_exact: Option<String>,
    /// The fields in order.
    pub fields: Vec<FieldSummary>,
    /// Measures for the weak fields, weakest field first, in the order of doing.
    pub measures: Vec<MeasureSummary>,
    /// Questions still to answer.
    pub unanswered: Vec<QuestionId>,
    /// Questions answered although an earlier answer rules them out; not counted.
    pub ignored: Vec<QuestionId>,
    /// For the network typology: the level and the three marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typology: Option<TypologySummary>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldSummary {
    /// Field id.
    pub id: String,
    /// Japanese name.
    pub title_ja: String,
    /// English name.
    pub title_en: String,
    /// Two decimals, half up.
    pub score: Option<String>,
    /// The exact fraction in lowest terms.
    pub exact: Option<String>,
    /// Answers that count.
    pub answered: usize,
    /// Taken out with a reason.
    pub not_applicable: usize,
    /// Still open.
    pub unanswered: usize,
    /// At most 1.5, exactly.
    pub weak: bool,
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasureSummary {
    /// Measure id.
    pub id: String,
    /// The field it is proposed for.
    pub field: String,
    /// Japanese.
    pub title_ja: String,
    /// English.
    pub title_en: String,
    /// Japanese steps.
    pub steps_ja: Vec<String>,
    /// English steps.
    pub steps_en: Vec<String>,
    /// Who leads.
    pub who: crate::catalogue::Who,
    /// Estimated hours.
    pub effort_hours: Span,
    /// Estimated purchase in yen.
    pub cost_yen: Span,
    /// Estimated running cost in yen a year.
    pub yearly_yen: Span,
    /// Whether it costs no money.
    pub free: bool,
    /// The level reached.
    pub reaches: u8,
    /// The questions it raises.
    pub raises: Vec<QuestionId>,
}

/// The network level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypologySummary {
    /// 0–3; `null` while open questions could change it.
    pub level: Option<u8>,
    /// The level recommended to everyone.
    pub recommended: u8,
    /// The three controls in order.
    pub controls: Vec<ControlMarkSummary>,
    /// What must rise for the next level.
    pub next: Vec<NextStepSummary>,
}

/// The mark of one control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlMarkSummary {
    /// Field id of the control's questions.
    pub id: String,
    /// `×`, `△`, `○`.
    pub mark: Option<&'static str>,
    /// The questions that decided it.
    pub because: Vec<QuestionId>,
}

/// One step towards the next level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStepSummary {
    /// The question.
    pub question: QuestionId,
    /// The level it must reach.
    pub to_level: u8,
}

/// Summarises a set of answers.
#[must_use]
pub fn summarise(catalogue: &Catalogue, questionnaire: &Questionnaire, answers: &Answers) -> ResultSummary {
    let evaluation = evaluate(questionnaire, answers);
    let fields = questionnaire
        .sections
        .iter()
        .zip(&evaluation.fields)
        .map(|(section, field)| FieldSummary {
            id: field.field.to_string(),
            title_ja: section.title.ja.clone(),
            title_en: section.title.en.clone(),
            score: field.score.map(|s| s.two_decimals()),
            exact: field.score.map(|s| s.exact()),
            answered: field.answered(),
            not_applicable: field.not_applicable(),
            unanswered: field.unanswered(),
            weak: field.is_weak(),
        })
        .collect();
    let measures = measures_for_weak_fields(catalogue, questionnaire, &evaluation)
        .into_iter()
        .map(|proposal| MeasureSummary {
            id: proposal.measure.id.to_string(),
            field: proposal.field.to_string(),
            title_ja: proposal.measure.title.ja.clone(),
            title_en: proposal.measure.title.en.clone(),
            steps_ja: proposal.measure.steps.iter().map(|s| s.ja.clone()).collect(),
            steps_en: proposal.measure.steps.iter().map(|s| s.en.clone()).collect(),
            who: proposal.measure.who,
            effort_hours: proposal.measure.effort_hours,
            cost_yen: proposal.measure.cost_yen,
            yearly_yen: proposal.measure.yearly_yen,
            free: proposal.measure.is_free(),
            reaches: proposal.measure.reaches.get(),
            raises: proposal.raises,
        })
        .collect();
    let typology = (questionnaire.kind == QuestionnaireKind::Typology)
        .then(|| typology::classify(questionnaire, answers))
        .flatten()
        .map(|typology| TypologySummary {
            level: typology.level.map(crate::score::Level::get),
            recommended: typology::RECOMMENDED,
            controls: typology
                .controls
                .iter()
                .map(|control| ControlMarkSummary {
                    id: control.field.to_string(),
                    mark: control.mark.map(typology::Mark::sign),
                    because: control.weakest.iter().map(|(question, _)| question.clone()).collect(),
                })
                .collect(),
            next: typology
                .next
                .into_iter()
                .map(|(question, level)| NextStepSummary { question, to_level: level.get() })
                .collect(),
        });
    ResultSummary {
        questionnaire: questionnaire.id.to_string(),
        edition: questionnaire.edition.clone(),
        overall: evaluation.overall.map(|s| s.two_decimals()),
        overall_exact: evaluation.overall.map(|s| s.exact()),
        fields,
        measures,
        unanswered: evaluation.open_questions().cloned().collect(),
        ignored: evaluation.ignored_questions().cloned().collect(),
        typology,
    }
}
