//! What a drill leaves behind: the data of the after-action report.
//!
//! Everything is reckoned from the scenario and the journal; building it twice gives the same.

use super::clock::Moment;
use crate::id::FacilityId;
use crate::text::Text;
use crate::time::Ts;
use num_rational::Ratio;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub use super::gaps::{Found, Gap};

/// The format of the report's data.
pub const REPORT_FORMAT: &str = "hakutaku-drill-report/1";

/// The data of an after-action report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillReport {
    /// [`REPORT_FORMAT`].
    pub format: String,
    /// What was held, when, with whom.
    pub head: Head,
    /// Who said and did what, in order.
    pub timeline: Vec<Row>,
    /// Expected actions against their targets, in the order of the scenario.
    pub actions: Vec<ActionResult>,
    /// Response times by role, in the order of the scenario.
    pub roles: Vec<RoleTimes>,
    /// The observers' sheet.
    pub sections: Vec<SectionScore>,
    /// Objectives and how they were met.
    pub objectives: Vec<ObjectiveResult>,
    /// Decisions taken.
    pub decisions: Vec<DecisionTaken>,
    /// The hot wash by question.
    pub hot_wash: Vec<QuestionAnswers>,
    /// What went well: notes and hot-wash answers.
    pub good: Vec<Remark>,
    /// What is to be improved: notes and hot-wash answers.
    pub improve: Vec<Remark>,
    /// Other notes.
    pub notes: Vec<Remark>,
    /// Where it fell short.
    pub gaps: Vec<Gap>,
}

impl DrillReport {
    /// The most important gaps, at most `most`, one for each objective: what was not done before what was late, and that
    /// before low scores and open lines; among equals, those of the objective that was met least. Where there are fewer
    /// objectives, the next ones of the same order follow.
    #[must_use]
    pub fn foremost(&self, most: usize) -> Vec<&Gap> {
        let whole = Ratio::from_integer(1);
        let share = |gap: &Gap| {
            let of = gap.objective.as_ref()?;
            self.objectives.iter().find(|objective| objective.objective == *of)?.share()
        };
        let mut ranked: Vec<&Gap> = self.gaps.iter().collect();
        ranked.sort_by_key(|gap| (gap.found, share(gap).unwrap_or(whole)));
        let mut objectives = BTreeSet::new();
        let (mut first, next): (Vec<&Gap>, Vec<&Gap>) =
            ranked.into_iter().partition(|gap| objectives.insert(gap.objective.as_deref()));
        first.extend(next);
        first.truncate(most);
        first
    }
}

/// What was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The scenario's id.
    pub scenario: String,
    /// Its title.
    pub title: Text,
    /// Whose part of the drill; none: the whole.
    pub facility: Option<FacilityId>,
    /// When it started.
    pub started_at: Option<Ts>,
    /// When it ended.
    pub ended_at: Option<Ts>,
    /// Seconds on the wall from start to end (to the last entry, if it was not ended).
    pub held_seconds: i64,
    /// Seconds the drill's clock ran, holds and jumps not counted.
    pub drill_seconds: i64,
    /// How many drill seconds passed in a second when it started.
    pub speed: u32,
    /// Who took part, by role in the order of the scenario, then observers and conductors.
    pub participants: Vec<RoleParticipants>,
}

/// Who took part in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleParticipants {
    /// The role.
    pub role: String,
    /// What people call it.
    pub title: Text,
    /// Their names.
    pub names: Vec<String>,
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// When.
    pub when: Moment,
    /// Who, as they were named; empty for the clock.
    pub who: String,
    /// Their role; empty for the clock.
    pub role: String,
    /// The stable word of what it is: the event's `kind`.
    pub kind: String,
    /// What, as a sentence.
    pub what: Text,
}

/// How an expected action turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Outcome {
    /// In time, or done where no time was set.
    Met {
        /// Drill seconds from the inject.
        seconds: i64,
    },
    /// Too late.
    Late {
        /// Drill seconds from the inject.
        seconds: i64,
        /// Drill seconds over the target.
        by: i64,
    },
    /// Nobody reported it.
    NotDone,
    /// The inject did not come: it cannot be held against anybody.
    NotAsked,
    /// The drill ended before the time was over.
    CutShort,
}

/// An expected action against its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionResult {
    /// The inject.
    pub inject: String,
    /// What it told.
    pub inject_text: Text,
    /// The action's id.
    pub action: String,
    /// What was expected.
    pub text: Text,
    /// Of whom.
    pub role: String,
    /// The objective it measures.
    pub objective: Option<String>,
    /// The target in drill seconds.
    pub target: Option<i64>,
    /// When the inject came.
    pub fired: Option<Moment>,
    /// Drill seconds from the inject until a screen of the role showed it.
    pub seen_after: Option<i64>,
    /// How it turned out.
    pub outcome: Outcome,
    /// Who reported it first.
    pub by: Option<String>,
}

/// Response times of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTimes {
    /// The role.
    pub role: String,
    /// What people call it.
    pub title: Text,
    /// Actions expected whose inject came.
    pub expected: usize,
    /// Done in time.
    pub met: usize,
    /// Done too late.
    pub late: usize,
    /// Not done.
    pub not_done: usize,
    /// The median of drill seconds from an inject to its first showing on a screen of the role.
    pub median_seen: Option<i64>,
    /// The median of drill seconds from an inject to the report.
    pub median_done: Option<i64>,
}

/// A mean of scores as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mean {
    /// The sum of the scores.
    pub sum: i64,
    /// How many.
    pub count: i64,
}

impl Mean {
    /// Of scores; `None` for none.
    #[must_use]
    pub fn of(scores: impl IntoIterator<Item = u8>) -> Option<Self> {
        let (sum, count) = scores.into_iter().fold((0, 0), |(sum, count), score| (sum + i64::from(score), count + 1));
        (count > 0).then_some(Self { sum, count })
    }

    /// The fraction itself.
    #[must_use]
    pub fn ratio(self) -> Ratio<i64> {
        Ratio::new(self.sum, self.count.max(1))
    }

    /// Two decimals, half up: `3.67`.
    #[must_use]
    pub fn two_decimals(self) -> String {
        let hundredths = (self.ratio() * 100 + Ratio::new(1, 2)).floor().to_integer();
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// Whether it lies below a whole number.
    #[must_use]
    pub fn is_below(self, bound: i64) -> bool {
        self.ratio() < Ratio::from_integer(bound)
    }
}

/// A section of the observers' sheet as scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionScore {
    /// The section.
    pub section: String,
    /// What people call it.
    pub title: Text,
    /// The mean over all scores given in it; none: nobody scored it.
    pub mean: Option<Mean>,
    /// Its items.
    pub items: Vec<ItemScore>,
}

/// An item of the observers' sheet as scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemScore {
    /// The item.
    pub item: String,
    /// What was scored.
    pub text: Text,
    /// The objective it measures.
    pub objective: Option<String>,
    /// The scores, in the order they were given.
    pub scores: Vec<u8>,
    /// The mean.
    pub mean: Option<Mean>,
    /// Comments with the names of their authors.
    pub comments: Vec<Remark>,
}

/// An objective and how it was met: what is compared over the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectiveResult {
    /// The objective.
    pub objective: String,
    /// What was to be reached.
    pub text: Text,
    /// Expected actions that measure it and whose inject came.
    pub expected: usize,
    /// Of those: done in time.
    pub met: usize,
    /// The mean of the observers' scores for it.
    pub mean: Option<Mean>,
    /// Lines of check sheets that measure it.
    pub checks: usize,
    /// Of those: ticked.
    pub ticked: usize,
    /// The longest time over a target, in drill seconds.
    pub latest: Option<i64>,
}

impl ObjectiveResult {
    /// How far it was met, 0 to 1: the mean of the share of actions in time, the scores from 1–5 and the share of lines
    /// ticked, of those that there are.
    #[must_use]
    pub fn share(&self) -> Option<Ratio<i64>> {
        let part = |of: usize, all: usize| {
            let (of, all) = (i64::try_from(of).unwrap_or(0), i64::try_from(all).unwrap_or(0));
            (all > 0).then(|| Ratio::new(of, all))
        };
        let scored = self.mean.map(|mean| (mean.ratio() - 1) / 4);
        let parts: Vec<Ratio<i64>> =
            [part(self.met, self.expected), scored, part(self.ticked, self.checks)].into_iter().flatten().collect();
        let count = i64::try_from(parts.len()).ok().filter(|count| *count > 0)?;
        Some(parts.into_iter().sum::<Ratio<i64>>() / count)
    }
}

/// A decision that was taken, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionTaken {
    /// The inject.
    pub inject: String,
    /// What it told.
    pub text: Text,
    /// The role that decides.
    pub role: String,
    /// What was chosen; none: nothing.
    pub chosen: Option<Text>,
    /// Drill seconds from the inject.
    pub after: Option<i64>,
    /// Who.
    pub by: Option<String>,
}

/// A question of the hot wash with its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionAnswers {
    /// The question's id.
    pub question: String,
    /// The question.
    pub text: Text,
    /// The mean, where it is answered 1 to 5.
    pub mean: Option<Mean>,
    /// The answers in words.
    pub answers: Vec<Remark>,
}

/// Something somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who.
    pub who: String,
    /// Their role.
    pub role: String,
    /// What.
    pub text: String,
}
