//! "Would it have happened here?": published cases as chains of steps, and where the chain would have broken at this
//! facility on the facts held today.
//!
//! Careful by design. A step counts as stopped only when a confirmed answer or a register says so and nothing known says
//! otherwise; registers outrank answers; what nobody has said is unknown, never good. A step the reference data do not tell
//! stays "not published". Nothing here is a promise: an attacker may go another way.

mod facts_of;
mod summary;
mod walk;

pub use facts_of::FactTest;
pub use summary::{FirstStep, Tally, first_steps, tally};
pub use walk::{Advice, Ground, Missing, Outcome, Reason, StepView, Verdict, Walk, resembling, walk};

use crate::catalogue::Confidence;
use crate::id::ControlId;
use crate::known::{SourceLine, keyed};
use crate::text::Text;
use serde::{Deserialize, Serialize};

keyed! {
    /// Where in the chain a step stands.
    Phase {
        /// How they came in.
        #[default]
        Entry = "entry", "侵入", "Way in";
        /// How they stayed.
        Foothold = "foothold", "足場づくり", "Foothold";
        /// How they went on from there.
        Spread = "spread", "広がり", "Spread";
        /// Encryption or theft.
        Damage = "damage", "暗号化・持ち出し", "Encryption or theft";
        /// What stopped.
        Outage = "outage", "診療への影響", "Outage";
        /// Coming back.
        Recovery = "recovery", "復旧", "Recovery";
    }
}

impl Phase {
    /// Whether breaking the chain here keeps the harm away; later on it only makes the harm smaller.
    #[must_use]
    pub fn prevents(self) -> bool {
        matches!(self, Self::Entry | Self::Foothold | Self::Spread | Self::Damage)
    }
}

/// A published case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedCase {
    /// `case-handa-2021`.
    pub id: String,
    /// Institution and year.
    pub name: Text,
    /// The month, for the order: `2021-10`.
    pub month: String,
    /// What kind of attack.
    pub kind: Text,
    /// In two sentences.
    pub summary: Text,
    /// The chain, in order.
    pub steps: Vec<Step>,
    /// What is not published, or not in our data.
    #[serde(default)]
    pub unknown: Vec<Text>,
    /// Where it was read; the steps name these by their place, from 0.
    pub sources: Vec<SourceLine>,
    /// How sure.
    pub confidence: Confidence,
}

/// A step of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Where in the chain.
    pub phase: Phase,
    /// What happened; for a step that is not published, that it is not.
    pub text: Text,
    /// What breaks the chain here: any one of these is enough. Empty for a step that is not published.
    #[serde(default)]
    pub broken_by: Vec<Breaker>,
    /// Which of the sources tells it; absent for a step that is not published.
    #[serde(default)]
    pub source: Option<usize>,
    /// How sure.
    pub confidence: Confidence,
}

impl Step {
    /// Whether anything is known of it.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.source.is_some()
    }
}

/// What breaks a chain at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// The control.
    pub control: ControlId,
    /// What the registers say about it, where they do.
    #[serde(default)]
    pub fact: Option<FactTest>,
}
