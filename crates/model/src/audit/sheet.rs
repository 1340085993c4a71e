//! The audit sheet with its manual, as the catalogue has it: `catalog/audit/`.

use super::sample::Population;
use crate::catalogue::{Citation, Confidence};
use crate::id::{ControlId, FieldId};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Everything in `catalog/audit/`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditGuide {
    /// How often, as recommended.
    pub rhythm: Rhythm,
    /// What is asked in interviews.
    pub interviews: Vec<InterviewQuestion>,
    /// The items, in the order of the fields.
    #[serde(skip)]
    pub items: Vec<AuditItem>,
}

/// How often to audit. A recommendation, never called a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Years between internal audits.
    pub internal_years: i16,
    /// After so many years an external audit may be planned again …
    pub external_from: i16,
    /// … and after so many it is due.
    pub external_until: i16,
    /// The recommendation in words.
    pub words: Text,
    /// Where it stands.
    pub source: Citation,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            internal_years: 1,
            external_from: 2,
            external_until: 3,
            words: Text::default(),
            source: Citation::default(),
            confidence: Confidence::default(),
        }
    }
}

/// One item with its manual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditItem {
    /// `aud-<field>-<nn>`; never changes.
    pub id: String,
    /// The field it stands under.
    pub field: FieldId,
    /// What it is about.
    pub title: Text,
    /// The controls it looks at.
    pub controls: Vec<ControlId>,
    /// What to ask, and whom.
    pub ask: Text,
    /// What to look at: paper, screen, place.
    pub look: Text,
    /// Which sample to draw, if one is needed.
    #[serde(default)]
    pub sample: Option<SampleAdvice>,
    /// What counts as conforming.
    pub conforming: Text,
    /// What counts as a minor gap.
    pub minor: Text,
    /// What counts as a major gap.
    pub major: Text,
    /// Looked at in every audit, whatever the risk.
    #[serde(default)]
    pub always: bool,
    /// What the item leans on.
    pub source: Text,
    /// Whether that was read, or is our own judgement.
    pub confidence: Confidence,
}

/// Which sample an item needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleAdvice {
    /// From what.
    pub from: Population,
    /// How many.
    pub size: u16,
}

/// A question of an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterviewQuestion {
    /// Never changes.
    pub id: String,
    /// Whether it is for the director; otherwise for staff of the wards and desks.
    #[serde(default)]
    pub director: bool,
    /// The question as it is spoken.
    pub text: Text,
    /// What a good answer shows.
    pub listen: Text,
    /// The controls it throws light on.
    #[serde(default)]
    pub controls: Vec<ControlId>,
}

impl AuditGuide {
    /// An item by its id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&AuditItem> {
        self.items.iter().find(|item| item.id == id)
    }
}
