//! From answers to scores: which questions apply, what counts, what follows.

use crate::catalogue::{AppliesIf, Catalogue, Measure, Question, Questionnaire, Section};
use crate::id::{FieldId, QuestionId};
use crate::score::{Level, Score};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerValue {
    /// One of the described levels.
    Level(Level),
    /// Does not apply here, and why (never blank).
    NotApplicable(String),
}

/// Whether an answer counts yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Said this year by a person.
    Confirmed,
    /// Brought over from last year; counts only when re-affirmed.
    Unconfirmed,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was answered.
    pub value: AnswerValue,
    /// Whether it counts yet.
    pub standing: Standing,
}

impl Answer {
    /// A confirmed level.
    #[must_use]
    pub fn level(level: Level) -> Self {
        Self { value: AnswerValue::Level(level), standing: Standing::Confirmed }
    }

    /// A confirmed "not applicable".
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self { value: AnswerValue::NotApplicable(reason.into()), standing: Standing::Confirmed }
    }
}

/// The answers of one assessment by question.
pub type Answers = BTreeMap<QuestionId, Answer>;

/// Whether a question is asked, given the answers so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability<'a> {
    /// It is asked.
    Applies,
    /// The earlier question is still open.
    Undecided(&'a AppliesIf),
    /// The earlier answer rules it out.
    Excluded(&'a AppliesIf),
}

/// Decides whether a question is asked. An excluded earlier question excludes what hangs on it.
#[must_use]
pub fn applicability<'a>(
    questionnaire: &'a Questionnaire,
    question: &'a Question,
    answers: &Answers,
) -> Applicability<'a> {
    let Some(condition) = &question.applies_if else { return Applicability::Applies };
    if let Some(earlier) = questionnaire.question(condition.question.as_str())
        && let Applicability::Excluded(_) = applicability(questionnaire, earlier, answers)
    {
        return Applicability::Excluded(condition);
    }
    match answers.get(&condition.question).map(|answer| &answer.value) {
        None => Applicability::Undecided(condition),
        Some(AnswerValue::NotApplicable(_)) => Applicability::Excluded(condition),
        Some(AnswerValue::Level(level)) if condition.min_level.is_some_and(|min| *level < min) => {
            Applicability::Excluded(condition)
        }
        Some(AnswerValue::Level(_)) => Applicability::Applies,
    }
}

/// What became of one question in the scoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Counts with this level.
    Counted(Level),
    /// Taken out with a reason.
    NotApplicable(String),
    /// Last year's answer, waiting to be re-affirmed.
    Unconfirmed,
    /// Nobody answered yet.
    Unanswered,
    /// Not asked, because of an earlier answer or because that is still open.
    NotAsked,
    /// Answered, but an earlier answer says it cannot apply: not counted, and reported.
    Ignored,
}

/// One question's outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionOutcome {
    /// The question.
    pub question: QuestionId,
    /// What became of it.
    pub outcome: Outcome,
}

/// One field's result, with all it was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldResult {
    /// The field.
    pub field: FieldId,
    /// The mean of the counted levels; `None` if there are none.
    pub score: Option<Score>,
    /// Every question of the field in order: the derivation.
    pub outcomes: Vec<QuestionOutcome>,
}

impl FieldResult {
    /// How many answers count.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Counted(_)))
    }

    /// How many were taken out with a reason.
    #[must_use]
    pub fn not_applicable(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::NotApplicable(_)))
    }

    /// How many are open, unconfirmed ones included.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Unanswered | Outcome::Unconfirmed))
    }

    /// Whether the score is at most 1.5, exactly.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.score.is_some_and(Score::is_weak)
    }

    /// The counted levels in order.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        self.outcomes.iter().filter_map(|o| match o.outcome {
            Outcome::Counted(level) => Some(level),
            _ => None,
        })
    }

    fn count(&self, pick: impl Fn(&Outcome) -> bool) -> usize {
        self.outcomes.iter().filter(|o| pick(&o.outcome)).count()
    }
}

/// The result of one assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The mean of the field scores.
    pub overall: Option<Score>,
    /// The fields in the questionnaire's order.
    pub fields: Vec<FieldResult>,
}

impl Evaluation {
    /// A field's result.
    #[must_use]
    pub fn field(&self, id: &FieldId) -> Option<&FieldResult> {
        self.fields.iter().find(|field| field.field == *id)
    }

    /// The weak fields, weakest first; equal ones in the questionnaire's order.
    #[must_use]
    pub fn weak_fields(&self) -> Vec<&FieldResult> {
        let mut weak: Vec<_> = self.fields.iter().filter(|field| field.is_weak()).collect();
        weak.sort_by_key(|field| field.score);
        weak
    }

    /// Questions still to be answered (or re-affirmed), in order.
    pub fn open_questions(&self) -> impl Iterator<Item = &QuestionId> {
        self.outcomes_where(|outcome| matches!(outcome, Outcome::Unanswered | Outcome::Unconfirmed))
    }

    /// Questions answered against an earlier answer, in order.
    pub fn ignored_questions(&self) -> impl Iterator<Item = &QuestionId> {
        self.outcomes_where(|outcome| matches!(outcome, Outcome::Ignored))
    }

    fn outcomes_where(&self, pick: impl Fn(&Outcome) -> bool) -> impl Iterator<Item = &QuestionId> {
        self.fields.iter().flat_map(|field| &field.outcomes).filter(move |o| pick(&o.outcome)).map(|o| &o.question)
    }
}

/// Scores the answers. The only place in the product where a score is computed.
///
/// A field's score is the mean of its counted answers, the overall score the mean of the field scores.
#[must_use]
pub fn evaluate(questionnaire: &Questionnaire, answers: &Answers) -> Evaluation {
    let fields: Vec<FieldResult> =
        questionnaire.sections.iter().map(|section| evaluate_field(questionnaire, section, answers)).collect();
    let overall = Score::mean(fields.iter().filter_map(|field| field.score));
    Evaluation { overall, fields }
}

fn evaluate_field(questionnaire: &Questionnaire, section: &Section, answers: &Answers) -> FieldResult {
    let outcomes: Vec<QuestionOutcome> = section
        .questions
        .iter()
        .map(|question| QuestionOutcome {
            question: question.id.clone(),
            outcome: outcome(questionnaire, question, answers),
        })
        .collect();
    let score = Score::of_levels(outcomes.iter().filter_map(|o| match o.outcome {
        Outcome::Counted(level) => Some(level),
        _ => None,
    }));
    FieldResult { field: section.field.clone(), score, outcomes }
}

fn outcome(questionnaire: &Questionnaire, question: &Question, answers: &Answers) -> Outcome {
    let answer = answers.get(&question.id);
    match (applicability(questionnaire, question, answers), answer) {
        (Applicability::Excluded(_), Some(_)) => Outcome::Ignored,
        (Applicability::Excluded(_) | Applicability::Undecided(_), None) => Outcome::NotAsked,
        (Applicability::Applies, None) => Outcome::Unanswered,
        // An answer given before its opening question counts: a person gave it and nothing contradicts it.
        (Applicability::Applies | Applicability::Undecided(_), Some(answer)) => match (&answer.standing, &answer.value)
        {
            (Standing::Unconfirmed, _) => Outcome::Unconfirmed,
            (Standing::Confirmed, AnswerValue::Level(level)) => Outcome::Counted(*level),
            (Standing::Confirmed, AnswerValue::NotApplicable(reason)) => Outcome::NotApplicable(reason.clone()),
        },
    }
}

/// A measure that helps a weak field, with the questions it would raise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// The field it is proposed for.
    pub field: FieldId,
    /// The questions of that field below the level it reaches.
    pub raises: Vec<QuestionId>,
}

/// The measures for one field, in the order of doing: what must come before comes before, one level at a time; within
/// that free ways first, then less money, then fewer hours.
#[must_use]
pub fn measures_for_field<'a>(
    catalogue: &'a Catalogue,
    questionnaire: &Questionnaire,
    result: &FieldResult,
) -> Vec<Proposal<'a>> {
    let mut proposals: Vec<Proposal<'a>> = Vec::new();
    for outcome in &result.outcomes {
        let Outcome::Counted(level) = outcome.outcome else { continue };
        let Some(question) = questionnaire.question(outcome.question.as_str()) else { continue };
        for measure in question.measures.iter().filter_map(|id| catalogue.measures.get(id)) {
            if measure.reaches <= level {
                continue;
            }
            match proposals.iter_mut().find(|p| p.measure.id == measure.id) {
                Some(proposal) => proposal.raises.push(question.id.clone()),
                None => {
                    proposals.push(Proposal {
                        measure,
                        field: result.field.clone(),
                        raises: vec![question.id.clone()],
                    });
                }
            }
        }
    }
    in_order_of_doing(proposals)
}

/// The measures for every weak field, weakest field first, each measure once (at the weakest field naming it).
#[must_use]
pub fn measures_for_weak_fields<'a>(
    catalogue: &'a Catalogue,
    questionnaire: &Questionnaire,
    evaluation: &Evaluation,
) -> Vec<Proposal<'a>> {
    let mut seen = BTreeSet::new();
    evaluation
        .weak_fields()
        .into_iter()
        .flat_map(|field| measures_for_field(catalogue, questionnaire, field))
        .filter(|proposal| seen.insert(proposal.measure.id.clone()))
        .collect()
}

fn in_order_of_doing(mut waiting: Vec<Proposal<'_>>) -> Vec<Proposal<'_>> {
    waiting.sort_by_key(|p| {
        let m = p.measure;
        (!m.is_free(), m.cost_yen.max + m.yearly_yen.max, m.effort_hours.max, m.reaches, m.id.clone())
    });
    let mut ordered: Vec<Proposal<'_>> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|p| can_come_next(p, &waiting, &ordered));
        // The catalogue check refuses circles; should one slip in, the cheapest goes first rather than none.
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// Whether everything a measure builds on is already in the list: what it names in `after`, and for each question it
/// raises one way to the levels below (a yearly check of what is not there yet helps nobody).
fn can_come_next(proposal: &Proposal<'_>, waiting: &[Proposal<'_>], ordered: &[Proposal<'_>]) -> bool {
    let named = proposal.measure.after.iter().any(|before| waiting.iter().any(|other| other.measure.id == *before));
    let lower = |other: &&Proposal<'_>, question: &QuestionId| {
        other.measure.reaches < proposal.measure.reaches && other.raises.contains(question)
    };
    let too_early = proposal.raises.iter().any(|question| {
        waiting.iter().any(|other| lower(&other, question)) && !ordered.iter().any(|other| lower(&other, question))
    });
    !named && !too_early
}
