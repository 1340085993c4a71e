//! A scenario as its file says it: `hakutaku-exercise/1`, described in `docs/exercise-format.md`.
//!
//! The types refuse unknown members. Whether the parts fit together is found by [`super::check`].

use super::clock::Minute;
use super::condition::Condition;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format of a scenario file, in its member `format`.
pub const FORMAT: &str = "hakutaku-exercise/1";

/// A word in [`Inject::to`] that means every role.
pub const EVERYBODY: &str = "all";

/// For which kind of house a scenario is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum House {
    /// A hospital.
    Hospital,
    /// A clinic.
    Clinic,
    /// A pharmacy.
    Pharmacy,
    /// A care home.
    CareHome,
}

/// How a drill is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExerciseKind {
    /// Around a table.
    Tabletop,
    /// With people doing it where they work.
    WalkThrough,
}

/// What an inject is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InjectKind {
    /// Machines, lines, data.
    Technical,
    /// Patients and care.
    Clinical,
    /// Somebody outside: press, police, families, vendors.
    Outside,
    /// Anything else the players learn.
    #[default]
    Information,
}

impl InjectKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Technical, Self::Clinical, Self::Outside, Self::Information];

    /// The stable word of files, forms and messages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Clinical => "clinical",
            Self::Outside => "outside",
            Self::Information => "information",
        }
    }
}

/// A whole scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// [`FORMAT`].
    pub format: String,
    /// Its id, as the file is named.
    pub id: String,
    /// What people call it.
    pub title: Text,
    /// What it trains, in two sentences.
    pub summary: Text,
    /// For which houses.
    #[serde(rename = "for")]
    pub houses: Vec<House>,
    /// How it is held.
    pub kind: ExerciseKind,
    /// How long it takes.
    pub minutes: Minute,
    /// What it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What is taken for granted.
    #[serde(default)]
    pub assumptions: Vec<Text>,
    /// What is measured, over the years under the same id.
    pub objectives: Vec<Objective>,
    /// Who plays.
    pub roles: Vec<Role>,
    /// The course of the drill.
    pub phases: Vec<Phase>,
    /// What the players are told.
    pub injects: Vec<Inject>,
    /// The observers' sheet.
    pub evaluation: Evaluation,
    /// The questions at the end.
    #[serde(default)]
    pub hot_wash: Vec<HotWashQuestion>,
}

/// What a scenario follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The title of the paper.
    pub title: String,
    /// Where it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What was taken from it and what was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// Something a drill measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Its id, the same in every scenario that measures it.
    pub id: String,
    /// What is to be reached.
    pub text: Text,
    /// The controls of the catalogue it tests.
    #[serde(default)]
    pub controls: Vec<String>,
    /// The sections of the plan it tests.
    #[serde(default)]
    pub plan_sections: Vec<String>,
}

/// Somebody who plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: Text,
    /// What this player knows at the start.
    pub brief: Text,
    /// What this player ticks while it runs.
    #[serde(default)]
    pub check_sheet: Vec<CheckItem>,
}

/// A line of a role's check sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    /// Its id, unique in the scenario.
    pub id: String,
    /// What is to be ticked.
    pub text: Text,
    /// What it measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
}

/// A stretch of the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: Text,
    /// From this minute to that.
    pub minutes: (Minute, Minute),
    /// What the conductor puts up for discussion.
    #[serde(default)]
    pub questions: Vec<Text>,
}

/// Something the players are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inject {
    /// Its id.
    pub id: String,
    /// In which phase.
    pub phase: String,
    /// The minute it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Minute>,
    /// The condition on which it comes, from the beginning of its phase on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// It comes only when the conductor or a decision brings it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// It is dropped if this holds when its time comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Condition>,
    /// The roles it goes to, or `all`.
    pub to: Vec<String>,
    /// What it is about.
    pub kind: InjectKind,
    /// What they are told.
    pub text: Text,
    /// A longer text: the note on the screen, a caller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handout: Option<Text>,
    /// What they should do.
    #[serde(default)]
    pub expects: Vec<Expected>,
    /// A decision with branches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decision>,
}

/// Something a player should do after an inject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Its id, unique within the role.
    pub id: String,
    /// Who.
    pub role: String,
    /// What.
    pub text: Text,
    /// In how many minutes after the inject; none: at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Minute>,
    /// What it measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Which role decides.
    pub by: String,
    /// What can be chosen.
    pub options: Vec<Choosable>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choosable {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// The inject that follows, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goto: Option<String>,
}

/// The observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// What 5, 4, 3, 2 and 1 mean.
    pub scale: BTreeMap<u8, Text>,
    /// Its sections.
    pub sections: Vec<EvaluationSection>,
}

/// A section of the observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationSection {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: Text,
    /// What is scored.
    pub items: Vec<EvaluationItem>,
}

/// Something observers score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationItem {
    /// Its id, unique within the section.
    pub id: String,
    /// What is scored.
    pub text: Text,
    /// What it measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
}

/// How a question of the hot wash is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HotWashKind {
    /// In words.
    Text,
    /// 1 to 5.
    Scale,
}

/// A question at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotWashQuestion {
    /// Its id. Answers to `went-well` and `to-improve` stand in the report under good and to improve.
    pub id: String,
    /// The question.
    pub text: Text,
    /// How it is answered.
    pub kind: HotWashKind,
}

/// What brings an inject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger<'s> {
    /// The clock.
    At(Minute),
    /// A condition.
    When(&'s Condition),
    /// The conductor, or a decision.
    ByHand,
}

impl Inject {
    /// What brings it.
    #[must_use]
    pub fn trigger(&self) -> Trigger<'_> {
        match (self.at, &self.when) {
            (Some(at), _) => Trigger::At(at),
            (None, Some(condition)) => Trigger::When(condition),
            (None, None) => Trigger::ByHand,
        }
    }

    /// Whether a role is told.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.to.iter().any(|to| to == EVERYBODY || to == role)
    }
}

impl Scenario {
    /// A role by id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// A phase by id.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == id)
    }

    /// The phase a minute lies in; the last one from its end on.
    #[must_use]
    pub fn phase_at(&self, minute: Minute) -> Option<&Phase> {
        self.phases.iter().find(|phase| minute >= phase.minutes.0 && minute < phase.minutes.1).or(self.phases.last())
    }

    /// An inject by id.
    #[must_use]
    pub fn inject(&self, id: &str) -> Option<&Inject> {
        self.injects.iter().find(|inject| inject.id == id)
    }

    /// An objective by id.
    #[must_use]
    pub fn objective(&self, id: &str) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.id == id)
    }

    /// All expected actions with the inject they follow.
    pub fn actions(&self) -> impl Iterator<Item = (&Inject, &Expected)> {
        self.injects.iter().flat_map(|inject| inject.expects.iter().map(move |action| (inject, action)))
    }

    /// The action a condition names as `role/action`.
    #[must_use]
    pub fn action(&self, role: &str, id: &str) -> Option<(&Inject, &Expected)> {
        self.actions().find(|(_, action)| action.role == role && action.id == id)
    }

    /// An evaluation item.
    #[must_use]
    pub fn item(&self, section: &str, item: &str) -> Option<(&EvaluationSection, &EvaluationItem)> {
        let section = self.evaluation.sections.iter().find(|found| found.id == section)?;
        section.items.iter().find(|found| found.id == item).map(|item| (section, item))
    }

    /// A line of a check sheet.
    #[must_use]
    pub fn check(&self, role: &str, check: &str) -> Option<&CheckItem> {
        self.role(role)?.check_sheet.iter().find(|item| item.id == check)
    }
}
