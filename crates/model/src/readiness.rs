//! Reimbursement readiness: which conditions that touch security an institution could show evidence for.
//!
//! Conditions are content (`catalog/reimbursement/`, one file per revision of the fees). What comes out is never
//! "claimable": the filing decision rests on the latest notices. A condition has evidence, or not yet, or our data say
//! nothing about it.

mod judge;

pub use judge::{ChecklistCount, Ground, readiness};

use crate::catalogue::{Citation, Confidence};
use crate::facility::FacilityKind;
use crate::id::ControlId;
use crate::record::Register;
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The conditions of one revision of the fees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Year of the revision: 2022, 2024, 2026.
    pub year: u16,
    /// Name.
    pub title: Text,
    /// What the reader must know about these paraphrases.
    pub notice: Text,
    /// Fees and other requirements, in the order they are shown.
    pub add_ons: Vec<AddOnRule>,
    /// Published answers to questions about the conditions.
    #[serde(default)]
    pub answers: Vec<Ruling>,
    /// What could not be found out.
    #[serde(default)]
    pub gaps: Vec<Text>,
}

/// A fee, or a requirement that a survey looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnRule {
    /// Stable id.
    pub id: String,
    /// Name.
    pub title: Text,
    /// The kinds of institution it is for.
    pub kinds: Vec<FacilityKind>,
    /// Points as published, in words; says so where they were not found.
    pub points: Text,
    /// What else is to be known: transition, what it replaces.
    #[serde(default)]
    pub notes: Vec<Text>,
    /// The conditions that touch security, and those around them that were read.
    pub conditions: Vec<ConditionRule>,
    /// Where this is said.
    pub source: Citation,
    /// How sure.
    pub confidence: Confidence,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionRule {
    /// Stable id.
    pub id: String,
    /// Paraphrase.
    pub text: Text,
    /// The tiers it counts for: `加算1・加算2`. Absent: not told apart.
    #[serde(default)]
    pub tiers: Option<Text>,
    /// Licensed beds from which it counts.
    #[serde(default)]
    pub min_beds: Option<u32>,
    /// Whether it is only desirable.
    #[serde(default)]
    pub desirable: bool,
    /// How evidence for it is found.
    pub check: Check,
    /// Controls whose questionnaire answers bear on it.
    #[serde(default)]
    pub controls: Vec<ControlId>,
    /// What to bring.
    pub bring: Text,
    /// How sure.
    pub confidence: Confidence,
}

/// How evidence for a condition is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Only a person can know: staff, points, rooms. A note names the evidence.
    Noted,
    /// The same, and the evidence must be of the past year.
    NotedYearly,
    /// The backup register: several methods and one copy offline for every system that must have one.
    Backup,
    /// The pharmacy's checklist, besides a note.
    PharmacyChecklist,
    /// The condition's text was not found: nothing can be said.
    TextUnknown,
}

/// A published answer to a question about conditions (疑義解釈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// Stable id.
    pub id: String,
    /// The conditions it is about.
    pub about: Vec<String>,
    /// Paraphrase.
    pub text: Text,
    /// Where it stands.
    pub source: Citation,
    /// How sure.
    pub confidence: Confidence,
}

/// Evidence that a person names for a condition. A row of the facility's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessNote {
    /// The condition's id.
    pub condition: String,
    /// What the evidence is: `任命書（佐藤 健）`.
    pub evidence: String,
    /// Where the paper or file is.
    #[serde(default)]
    pub place: String,
    /// The day the evidence is of: of the appointment, the training, the drill.
    pub on: Date,
    /// Who answers for it.
    #[serde(default)]
    pub who: String,
}

impl Register for ReadinessNote {
    const KIND: &'static str = "readiness-note";

    fn label(&self) -> String {
        self.condition.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.condition.clone())
    }
}

/// How a condition stands. Never "fulfilled": only whether evidence is in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 証拠がそろっています.
    EvidenceReady,
    /// 証拠がまだです.
    NotReady,
    /// 手元のデータにありません.
    NotInOurData,
    /// この施設には関係しません.
    DoesNotApply,
}

impl State {
    /// All states, in the order of summaries.
    pub const ALL: [Self; 4] = [Self::EvidenceReady, Self::NotReady, Self::NotInOurData, Self::DoesNotApply];

    /// The stable key of files and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::EvidenceReady => "evidence_ready",
            Self::NotReady => "not_ready",
            Self::NotInOurData => "not_in_our_data",
            Self::DoesNotApply => "does_not_apply",
        }
    }

    /// In words. None of them says that a fee may be claimed.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::EvidenceReady => Text::new("証拠がそろっています", "Evidence ready"),
            Self::NotReady => Text::new("証拠がまだです", "Evidence not ready"),
            Self::NotInOurData => Text::new("手元のデータにありません", "Not in our data"),
            Self::DoesNotApply => Text::new("この施設には関係しません", "Does not apply here"),
        }
    }
}

/// A fee with how its conditions stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddOn<'r> {
    /// What it is.
    pub rule: &'r AddOnRule,
    /// Why nothing of it applies here, if so.
    pub does_not_apply: Option<Text>,
    /// Its conditions in order.
    pub conditions: Vec<Condition<'r>>,
}

/// A condition with how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition<'r> {
    /// What is asked.
    pub rule: &'r ConditionRule,
    /// How it stands.
    pub state: State,
    /// Why, with figures and dates.
    pub reasons: Vec<Text>,
    /// Published answers that bear on it.
    pub answers: Vec<&'r Ruling>,
}

impl AddOn<'_> {
    /// How many conditions stand so.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.conditions.iter().filter(|condition| condition.state == state).count()
    }
}

/// The sentence that stands on every page, paper and answer about readiness.
#[must_use]
pub fn standing_sentence() -> Text {
    Text::new(
        "この画面は証拠がそろっているかどうかだけを示します。届け出るかどうかは、最新の告示・通知・疑義解釈を確かめて判断してください。",
        "This page only shows whether evidence is in hand. Whether to file is decided after reading the latest notices and published answers.",
    )
}
