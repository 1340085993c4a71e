//! How far an assessment is, by field: what the navigator shows and what scripts keep up to date.

use hakutaku_model::assessment::{Answers, Applicability, Evaluation, Outcome, applicability};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::id::QuestionId;
use serde::Serialize;
use std::collections::BTreeMap;

/// One field's count of questions that are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FieldProgress {
    /// The field.
    pub(crate) field: String,
    /// Answered this year, "not applicable" included.
    pub(crate) answered: usize,
    /// Last year's answers waiting to be re-affirmed.
    pub(crate) unconfirmed: usize,
    /// Nobody answered yet.
    pub(crate) open: usize,
}

impl FieldProgress {
    /// All that are asked.
    pub(crate) fn total(&self) -> usize {
        self.answered + self.unconfirmed + self.open
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.unconfirmed == 0 && self.open == 0
    }

    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Counted(_) | Outcome::NotApplicable(_) => self.answered += 1,
            Outcome::Unconfirmed => self.unconfirmed += 1,
            Outcome::Unanswered => self.open += 1,
            Outcome::NotAsked | Outcome::Ignored => {}
        }
    }
}

/// Whether a conditional question is asked, as scripts and style sheets read it.
pub(crate) fn applies_key(applicability: Applicability<'_>) -> &'static str {
    match applicability {
        Applicability::Applies => "asked",
        Applicability::Undecided(_) => "undecided",
        Applicability::Excluded(_) => "excluded",
    }
}

/// The whole count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Progress {
    /// By field, in order.
    pub(crate) fields: Vec<FieldProgress>,
    /// All fields together; its `field` is empty.
    pub(crate) all: FieldProgress,
    /// The conditional questions: `asked`, `undecided` or `excluded`.
    pub(crate) conditions: BTreeMap<QuestionId, &'static str>,
}

impl Progress {
    /// Counts; `only` limits it to the questions somebody was given.
    pub(crate) fn of(
        questionnaire: &Questionnaire,
        evaluation: &Evaluation,
        answers: &Answers,
        only: Option<&[QuestionId]>,
    ) -> Self {
        let given = |id: &QuestionId| only.is_none_or(|list| list.contains(id));
        let mut all = FieldProgress::default();
        let mut fields = Vec::with_capacity(evaluation.fields.len());
        for result in &evaluation.fields {
            let mut line = FieldProgress { field: result.field.to_string(), ..FieldProgress::default() };
            for outcome in result.outcomes.iter().filter(|outcome| given(&outcome.question)) {
                line.add(&outcome.outcome);
                all.add(&outcome.outcome);
            }
            fields.push(line);
        }
        let conditions = questionnaire
            .questions()
            .filter(|question| question.applies_if.is_some() && given(&question.id))
            .map(|question| (question.id.clone(), applies_key(applicability(questionnaire, question, answers))))
            .collect();
        Self { fields, all, conditions }
    }

    /// One field's count.
    pub(crate) fn field(&self, id: &str) -> FieldProgress {
        self.fields.iter().find(|field| field.field == id).cloned().unwrap_or_default()
    }
}
