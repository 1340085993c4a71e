//! Level 0–3 of the network, from three controls.
//!
//! Source: HAIP proposal (23AC1001), section ①-2: a table of four levels by the marks ×, △, ○ of three controls.
//! The table lists four combinations; for the others the level is the highest whose row is fully met.

use crate::assessment::{Answers, Evaluation, FieldResult, Outcome, evaluate};
use crate::catalogue::Questionnaire;
use crate::id::{FieldId, QuestionId};
use crate::score::Level;
use crate::text::Text;
use serde::Serialize;

/// How far one control is in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// ×: not controlled.
    None,
    /// △: controlled in part.
    Partial,
    /// ○: controlled, and the records are kept.
    Full,
}

impl Mark {
    /// The sign of the table.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::None => "×",
            Self::Partial => "△",
            Self::Full => "○",
        }
    }

    /// The sign in words.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Self::None => Text::new("管理できていない", "not controlled"),
            Self::Partial => Text::new("一部だけ管理している", "controlled in part"),
            Self::Full => Text::new("管理し、記録も残している", "controlled, with records kept"),
        }
    }
}

/// What a level means, in our words (the table is in the HAIP proposal, section ①-2).
#[must_use]
pub fn meaning(level: u8) -> Text {
    match level {
        0 => Text::new(
            "外とのつながりや持ち込み媒体を、誰がどう使っているか押さえきれていません。",
            "Nobody has a full grip on who uses the outside lines and the media that are brought in.",
        ),
        1 => Text::new(
            "外や院内の別の網との通信を、ある程度は止められますが、抜けが残っています。",
            "Traffic with the outside and with other networks inside is restricted to a degree, with holes left.",
        ),
        2 => Text::new(
            "外との通信と持ち込み媒体を必要なものだけに絞り、構成と記録を保っています。",
            "Outside traffic and removable media are limited to what is needed, and layout and records are kept up.",
        ),
        _ => Text::new(
            "さらに、院内の部門システムどうしの通信も必要なものだけに絞っています。",
            "On top of that, traffic between departmental systems inside is limited to what is needed.",
        ),
    }
}

/// One of the three controls with the reason for its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlMark {
    /// The section's field: `network`, `media`, `access-control`.
    pub field: FieldId,
    /// The mark; `None` while a question of it is open.
    pub mark: Option<Mark>,
    /// The weakest answered questions: the reason for the mark.
    pub weakest: Vec<(QuestionId, Level)>,
    /// Questions still open.
    pub open: Vec<QuestionId>,
}

/// The result of the flowchart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typology {
    /// External connections, removable media, inside segments.
    pub controls: [ControlMark; 3],
    /// The level; `None` while a question that could change it is open.
    pub level: Option<Level>,
    /// What must rise for the next level: questions with the level each needs. Empty at level 3.
    pub next: Vec<(QuestionId, Level)>,
}

/// The level the proposal recommends to everyone.
pub const RECOMMENDED: u8 = 2;

/// The mark of a control is that of its weakest answered question: 0 is ×, 1 is △, 2 and 3 are ○.
/// With every question "not applicable" there is nothing to control: ○.
fn mark_of(result: &FieldResult) -> ControlMark {
    let open: Vec<QuestionId> = result
        .outcomes
        .iter()
        .filter(|o| matches!(o.outcome, Outcome::Unanswered | Outcome::Unconfirmed))
        .map(|o| o.question.clone())
        .collect();
    let lowest = result.levels().min();
    let weakest = result
        .outcomes
        .iter()
        .filter_map(|o| match o.outcome {
            Outcome::Counted(level) if Some(level) == lowest => Some((o.question.clone(), level)),
            _ => None,
        })
        .collect();
    let from_level = |level: Level| match level.get() {
        0 => Mark::None,
        1 => Mark::Partial,
        _ => Mark::Full,
    };
    // An answer of 0 settles the mark at × whatever the open questions will say.
    let mark = match lowest {
        Some(level) if level.get() == 0 => Some(Mark::None),
        _ if !open.is_empty() => None,
        Some(level) => Some(from_level(level)),
        None => Some(Mark::Full),
    };
    ControlMark { field: result.field.clone(), mark, weakest, open }
}

/// The level of a row of marks: the highest whose row of the table is fully met.
#[must_use]
pub fn level_of(external: Mark, media: Mark, inside: Mark) -> u8 {
    match (external, media, inside) {
        (Mark::Full, Mark::Full, Mark::Full) => 3,
        (Mark::Full, Mark::Full, _) => 2,
        (Mark::None, _, _) | (_, Mark::None, _) => 0,
        _ => 1,
    }
}

/// Runs the flowchart. `None` if the questionnaire has not exactly three sections.
#[must_use]
pub fn classify(questionnaire: &Questionnaire, answers: &Answers) -> Option<Typology> {
    let evaluation = evaluate(questionnaire, answers);
    let controls: [ControlMark; 3] = evaluation.fields.iter().map(mark_of).collect::<Vec<_>>().try_into().ok()?;
    let level = match (controls[0].mark, controls[1].mark, controls[2].mark) {
        (Some(external), Some(media), Some(inside)) => Some(level_of(external, media, inside)),
        (Some(Mark::None), _, _) | (_, Some(Mark::None), _) => Some(0),
        _ => None,
    }
    .and_then(Level::new);
    let next = level.map(|level| missing_for_next(&evaluation, level.get())).unwrap_or_default();
    Some(Typology { controls, level, next })
}

fn missing_for_next(evaluation: &Evaluation, level: u8) -> Vec<(QuestionId, Level)> {
    // What each level's row asks of external, media, inside, as question levels (△ = 1, ○ = 2).
    let needs: [u8; 3] = match level {
        0 => [1, 1, 0],
        1 => [2, 2, 0],
        2 => [2, 2, 2],
        _ => return Vec::new(),
    };
    evaluation
        .fields
        .iter()
        .zip(needs)
        .filter_map(|(field, need)| Level::new(need).map(|need| (field, need)))
        .flat_map(|(field, need)| {
            field.outcomes.iter().filter_map(move |o| match o.outcome {
                Outcome::Counted(level) if level < need => Some((o.question.clone(), need)),
                Outcome::Unanswered | Outcome::Unconfirmed if need.get() > 0 => Some((o.question.clone(), need)),
                _ => None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_rows_of_the_published_table_give_their_levels() {
        use Mark::{Full, None, Partial};
        assert_eq!(level_of(None, Partial, None), 0);
        assert_eq!(level_of(Partial, Partial, None), 1);
        assert_eq!(level_of(Full, Full, None), 2);
        assert_eq!(level_of(Full, Full, Full), 3);
    }

    #[test]
    fn a_better_mark_never_lowers_the_level() {
        let marks = [Mark::None, Mark::Partial, Mark::Full];
        for a in marks {
            for b in marks {
                for c in marks {
                    for better in marks.into_iter().filter(|m| *m > a) {
                        assert!(level_of(better, b, c) >= level_of(a, b, c));
                    }
                    for better in marks.into_iter().filter(|m| *m > b) {
                        assert!(level_of(a, better, c) >= level_of(a, b, c));
                    }
                }
            }
        }
    }
}
