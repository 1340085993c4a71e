//! The executive page: three gaps, three decisions, no jargon.

use crate::assessment::{Evaluation, FieldResult, Proposal, measures_for_field};
use crate::catalogue::{Briefing, Catalogue, Questionnaire, Span};
use crate::score::Score;

/// How many gaps and decisions the page holds.
pub const ENTRIES: usize = 3;

/// One gap with the decision it calls for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The field's result.
    pub field: &'a FieldResult,
    /// Its score.
    pub score: Score,
    /// The words for it.
    pub words: &'a Briefing,
    /// The measures that follow, in the order of doing.
    pub measures: Vec<Proposal<'a>>,
    /// Their hours together.
    pub hours: Span,
    /// Their purchases together, in yen.
    pub cost_yen: Span,
    /// Their running cost together, in yen a year.
    pub yearly_yen: Span,
}

/// The three lowest fields that can still rise: weak ones first by nature, then the next lowest.
/// Equal scores keep the questionnaire's order.
#[must_use]
pub fn gaps<'a>(catalogue: &'a Catalogue, questionnaire: &Questionnaire, evaluation: &'a Evaluation) -> Vec<Gap<'a>> {
    let full = Score::of_levels(crate::score::Level::ALL.last().copied());
    let mut fields: Vec<(&FieldResult, Score)> = evaluation
        .fields
        .iter()
        .filter_map(|field| field.score.filter(|score| Some(*score) != full).map(|score| (field, score)))
        .collect();
    fields.sort_by_key(|(_, score)| *score);
    fields
        .into_iter()
        .filter_map(|(field, score)| {
            let words = catalogue.briefings.get(&field.field)?;
            let measures = measures_for_field(catalogue, questionnaire, field);
            let total = |pick: fn(&Proposal<'_>) -> Span| {
                measures.iter().map(pick).fold(Span::default(), |sum, span| Span {
                    min: sum.min.saturating_add(span.min),
                    max: sum.max.saturating_add(span.max),
                })
            };
            let (hours, cost_yen, yearly_yen) =
                (total(|p| p.measure.effort_hours), total(|p| p.measure.cost_yen), total(|p| p.measure.yearly_yen));
            Some(Gap { field, score, words, measures, hours, cost_yen, yearly_yen })
        })
        .take(ENTRIES)
        .collect()
}
