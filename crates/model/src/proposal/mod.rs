//! What the product proposes for a line of the forms, and on which facts. A person confirms; nothing else does.
//!
//! The rules are careful: "yes" only where facts carry the whole item. A fact that covers a part of it leads to "not
//! yet" when that part is known to be undone, and to "unknown" with what is missing when it is done.
//!
//! What the questionnaire says counts by the relation of its control to the item: *equal* and *superset* decide (level 2
//! is what the forms expect), *subset* decides only together with the product's own facts, *intersects* is a hint.

mod continuity;
mod ground;
mod incident;
mod topics;

pub use ground::{Missing, Place};

use crate::catalogue::Catalogue;
use crate::facts::FactSheet;
use crate::text::Text;
use ground::Ground;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposedMark {
    /// The facts carry a yes.
    Yes,
    /// The facts say no.
    No,
    /// Begun: a part is known to be undone.
    NotYet,
    /// The facts do not decide.
    Unknown,
}

impl ProposedMark {
    /// The stable key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotYet => "not_yet",
            Self::Unknown => "unknown",
        }
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Yes => Text::new("はい", "Yes"),
            Self::No => Text::new("いいえ", "No"),
            Self::NotYet => Text::new("まだ（一部が済んでいない）", "Not yet (a part is undone)"),
            Self::Unknown => Text::new("判断できない（情報が足りない）", "Unknown (facts are missing)"),
        }
    }
}

/// A proposal with all it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// What is proposed.
    pub mark: ProposedMark,
    /// Why, with numbers and dates.
    pub reasons: Vec<Text>,
    /// The facts used, by name. Days of the newest change are told in the reasons but are no facts: a touched row that
    /// says the same must not reopen an answer.
    pub uses: BTreeMap<String, Value>,
    /// What would decide it, and where to enter that.
    pub missing: Vec<Missing>,
    /// SHA-256 in lower-case hex over the facts used, as JSON with sorted names.
    pub fingerprint: String,
}

/// The proposal for a topic and device group.
#[must_use]
pub fn propose(catalogue: &Catalogue, topic: &str, group: &str, facts: &FactSheet) -> Proposal {
    let mut ground = Ground::new(catalogue, topic, facts);
    let mark = topics::decide(&mut ground, group);
    ground.improvements();
    let Ground { reasons, missing, used, .. } = ground;
    let fingerprint = fingerprint(&used);
    Proposal { mark, reasons, uses: used, missing, fingerprint }
}

/// Names in a `BTreeMap` are sorted, and the values are numbers, texts and lists: one way to write each.
fn fingerprint(used: &BTreeMap<String, Value>) -> String {
    let canonical: Vec<String> =
        used.iter().map(|(name, value)| format!("{}:{value}", Value::String(name.clone()))).collect();
    hex::encode(Sha256::digest(format!("{{{}}}", canonical.join(",")).as_bytes()))
}
