//! Beside what: last year, published national figures, the executives' view.

use crate::assessment::{AnswerValue, Answers, Evaluation, Outcome, Standing};
use crate::catalogue::{Catalogue, Confidence, Metric, Questionnaire, Survey};
use crate::facility::bed_class;
use crate::id::{FieldId, QuestionId};
use crate::score::{Difference, Level, Score};

/// How one field moved since last year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: FieldId,
    /// Last year's score.
    pub before: Score,
    /// From then to now.
    pub difference: Difference,
}

/// The fields scored in both years.
#[must_use]
pub fn since_last_year(now: &Evaluation, before: &Evaluation) -> Vec<FieldChange> {
    now.fields
        .iter()
        .filter_map(|field| {
            let before = before.field(&field.field)?.score?;
            Some(FieldChange { field: field.field.clone(), before, difference: field.score?.since(before) })
        })
        .collect()
}

/// One question beside a published figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NationalFigure<'a> {
    /// The question.
    pub question: QuestionId,
    /// Whether this facility counts among those that have it; `None` while open or not applicable.
    pub met: Option<bool>,
    /// The figure.
    pub metric: &'a Metric,
    /// Where it comes from.
    pub survey: &'a Survey,
    /// The figure for this facility's class of beds, where one is published and was read in the source.
    pub for_beds: Option<(&'static str, &'a str)>,
}

/// Every question of the questionnaire that has a published figure, in order.
#[must_use]
pub fn national_figures<'a>(
    catalogue: &'a Catalogue,
    questionnaire: &Questionnaire,
    evaluation: &Evaluation,
    beds: Option<u32>,
) -> Vec<NationalFigure<'a>> {
    questionnaire
        .questions()
        .filter_map(|question| {
            let reference = question.benchmark.as_ref()?;
            let (survey, metric) = catalogue.metric(&reference.metric)?;
            let outcome = evaluation
                .fields
                .iter()
                .flat_map(|field| &field.outcomes)
                .find(|o| o.question == question.id)
                .map(|o| &o.outcome);
            let met = match outcome {
                Some(Outcome::Counted(level)) => Some(*level >= reference.met_from),
                _ => None,
            };
            // A figure by beds that was only inferred is never shown as if it were published.
            let for_beds = beds
                .and_then(bed_class)
                .filter(|_| metric.by_beds_confidence != Some(Confidence::Inferred))
                .and_then(|class| metric.by_beds.get(class).map(|value| (class, value.as_str())));
            Some(NationalFigure { question: question.id.clone(), met, metric, survey, for_beds })
        })
        .collect()
}

/// The same thing asked of executives and of IT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perception {
    /// The executives' question.
    pub executive_question: QuestionId,
    /// The mean over the executives who answered.
    pub executives: Score,
    /// How many executives answered it.
    pub executive_count: usize,
    /// The IT questions asking the same, with their levels.
    pub it: Vec<(QuestionId, Level)>,
    /// The mean of those levels.
    pub it_score: Score,
    /// Executives minus IT: positive when executives see it better than IT does.
    pub difference: Difference,
}

/// Pairs the executives' answers with IT's wherever both were given.
#[must_use]
pub fn perceptions(executive_form: &Questionnaire, executives: &[&Answers], it: &Answers) -> Vec<Perception> {
    executive_form
        .questions()
        .filter(|question| !question.same_as.is_empty())
        .filter_map(|question| {
            let levels: Vec<Level> = executives.iter().filter_map(|answers| counted(answers, &question.id)).collect();
            let it: Vec<(QuestionId, Level)> =
                question.same_as.iter().filter_map(|id| counted(it, id).map(|level| (id.clone(), level))).collect();
            let score = Score::of_levels(levels.iter().copied())?;
            let it_score = Score::of_levels(it.iter().map(|(_, level)| *level))?;
            Some(Perception {
                executive_question: question.id.clone(),
                executives: score,
                executive_count: levels.len(),
                it,
                it_score,
                difference: score.since(it_score),
            })
        })
        .collect()
}

fn counted(answers: &Answers, question: &QuestionId) -> Option<Level> {
    let answer = answers.get(question).filter(|answer| answer.standing == Standing::Confirmed)?;
    match answer.value {
        AnswerValue::Level(level) => Some(level),
        AnswerValue::NotApplicable(_) => None,
    }
}
