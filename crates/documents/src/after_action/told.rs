//! What the report says, in the words of one language: everything a page or a paper lays out.

use serde::Serialize;

/// The corrective action of a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapAction {
    /// What is to be done.
    pub title: String,
    /// Who; empty: nobody yet.
    pub owner: String,
    /// By when, in words; empty: no day.
    pub due: String,
    /// How it stands, in words.
    pub state: String,
    /// Where it is read on the pages; papers leave it out.
    #[serde(skip)]
    pub href: String,
}

/// A line of the summary: label and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What.
    pub label: String,
    /// How much.
    pub value: String,
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// The drill's clock: `12:30`.
    pub minute: String,
    /// The clock on the wall: `13:42`.
    pub clock: String,
    /// Who; empty for the clock itself.
    pub who: String,
    /// What.
    pub what: String,
    /// Whether it opens a part of the drill.
    pub opens: bool,
    /// Who, without the role, which the list of participants has.
    pub name: String,
    /// What, cut after the first sentences: the scenario has the whole.
    pub brief: String,
    /// Whether it only says that somebody came in before the start: the list of participants says it as well.
    pub arrival: bool,
}

/// An expected action against its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeRow {
    /// What was expected.
    pub text: String,
    /// After what.
    pub after: String,
    /// Of whom.
    pub role: String,
    /// The target; empty: none was set.
    pub target: String,
    /// The time it took; empty: it was not done.
    pub taken: String,
    /// How it turned out, in words.
    pub outcome: String,
    /// The same as a stable word: `met`, `late`, `not-done`, `not-asked`, `cut-short`.
    pub is: &'static str,
    /// The time in thousandths of the longest of the table.
    pub taken_bar: Option<i64>,
    /// The target in the same.
    pub target_bar: Option<i64>,
}

/// A role's times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleRow {
    /// The role.
    pub title: String,
    /// Expected actions.
    pub expected: usize,
    /// Done in time.
    pub met: usize,
    /// Done too late.
    pub late: usize,
    /// Not done.
    pub not_done: usize,
    /// Median until the screen showed it.
    pub seen: String,
    /// Median until it was done.
    pub done: String,
    /// Its lines of the table of times, as places in [`AfterAction::times`]; without what did not come up.
    pub times: Vec<usize>,
}

/// A section of the observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionRow {
    /// The section.
    pub title: String,
    /// The mean: `3.67`; empty: nobody scored it.
    pub mean: String,
    /// The mean on the scale of bars, of 5.
    pub bar: Option<i64>,
    /// Its items.
    pub items: Vec<ItemRow>,
}

/// An item of the observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemRow {
    /// What was scored.
    pub text: String,
    /// The scores as given.
    pub scores: String,
    /// The mean.
    pub mean: String,
    /// The mean on the scale of bars, of 5.
    pub bar: Option<i64>,
    /// Comments.
    pub comments: Vec<Said>,
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectiveRow {
    /// What was to be reached.
    pub text: String,
    /// `3 / 4`; empty: nothing was expected of it.
    pub met: String,
    /// The mean score.
    pub mean: String,
    /// How far it was met in whole percent, from the engine's exact share.
    pub percent: Option<i64>,
    /// How many were done too late.
    pub late: usize,
    /// How many were not done.
    pub not_done: usize,
    /// The longest time over a target; empty: none was late.
    pub latest: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionRow {
    /// What it was about.
    pub text: String,
    /// What was chosen; empty: nothing.
    pub chosen: String,
    /// Who, and after how long.
    pub by: String,
}

/// A question of the hot wash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionRow {
    /// The question.
    pub text: String,
    /// The mean, where it was answered in numbers.
    pub mean: String,
    /// The answers.
    pub answers: Vec<Said>,
    /// Whether the answers stand under what went well or what is to be improved already.
    pub told_above: bool,
}

/// Something somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What.
    pub text: String,
    /// Who.
    pub who: String,
}

/// A gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapRow {
    /// Its id, the same whenever the report is built.
    pub id: String,
    /// What fell short.
    pub text: String,
    /// What shows it.
    pub evidence: String,
    /// The objective's id.
    #[serde(skip)]
    pub objective: Option<String>,
    /// Ids of controls.
    #[serde(skip)]
    pub controls: Vec<String>,
    /// Titles of controls.
    pub control_titles: Vec<String>,
    /// Sections of the plan.
    pub plan_sections: Vec<String>,
    /// What the action could be called.
    pub suggested: String,
    /// The action it became, if it did.
    pub action: Option<GapAction>,
}

/// The gaps of one objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapGroup {
    /// The objective; empty: gaps that measure none.
    pub title: String,
    /// How many gaps, and how many became an action.
    pub count: String,
    /// The place of the first in [`AfterAction::gaps`].
    pub first: usize,
    /// How many.
    pub many: usize,
}

/// The report in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AfterAction {
    /// What the drill was called.
    pub title: String,
    /// The facility.
    pub facility: String,
    /// The scenario and its summary.
    pub scenario: String,
    /// What it trained.
    pub summary: String,
    /// What the scenario follows.
    pub source: String,
    /// The day it was held.
    pub held_on: String,
    /// From when to when, on the wall.
    pub hours: String,
    /// How it was held.
    pub kind: String,
    /// Whether it ran faster than the wall's clock; empty: it did not.
    pub speed: String,
    /// Whether it was ended, or the report is of what there is so far.
    pub ended: bool,
    /// Role and names.
    pub participants: Vec<Fact>,
    /// The figures on the first page.
    pub facts: Vec<Fact>,
    /// The timeline.
    pub timeline: Vec<TimelineRow>,
    /// How many rows of it were left out.
    pub left_out: usize,
    /// Times against targets.
    pub times: Vec<TimeRow>,
    /// Times by role.
    pub roles: Vec<RoleRow>,
    /// Scores by section.
    pub sections: Vec<SectionRow>,
    /// Objectives.
    pub objectives: Vec<ObjectiveRow>,
    /// Decisions.
    pub decisions: Vec<DecisionRow>,
    /// The hot wash.
    pub hot_wash: Vec<QuestionRow>,
    /// What went well.
    pub good: Vec<Said>,
    /// What is to be improved.
    pub improve: Vec<Said>,
    /// Other notes.
    pub notes: Vec<Said>,
    /// Gaps, those of one objective together, the gravest objective first.
    pub gaps: Vec<GapRow>,
    /// The gaps by objective.
    pub groups: Vec<GapGroup>,
    /// The most important ones for the first page, as places in `gaps`.
    pub foremost: Vec<usize>,
    /// How many expected actions did not come up.
    pub not_asked: usize,
}
