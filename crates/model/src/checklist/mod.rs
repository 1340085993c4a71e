//! The ministry's yearly checklists: what is asked (in [`crate::catalogue`]), what is answered (here).
//!
//! An answer is keyed by edition, form, item and device group; the vendor form by the vendor as well. Years are joined
//! by topic, never by number.
//!
//! | file | what it decides |
//! |---|---|
//! | [`rules`] | the shape of the rules in `catalog/checklists/rules.yaml`, and which of them count for an edition |
//! | [`editions`] | which editions there are, which year and which form is whose |
//! | [`view`] | one form as it stands: every line with its state, proposal, faults and last year's answer |
//! | [`faults`] | what is wrong with an answer |
//! | [`compare`] | what became of last year's topics |
//! | [`mod@file`] | a form as a file for programs |

mod build;
pub mod compare;
pub mod editions;
pub mod faults;
pub mod file;
pub mod rules;
pub mod view;

pub use compare::{TopicStep, TopicTurn, compare};
pub use editions::{editions, form_of, in_use, years_of};
pub use faults::{Fault, faults_of};
pub use file::ChecklistFile;
pub use rules::{ChecklistRules, FormRule, RuleEffect};
pub use view::{FormGround, FormView, ItemView, LineState, LineView, Progress, SectionView, Skip, VendorHead};

use crate::id::DocumentId;
use crate::record::{RecordId, Register};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whose form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// 医療機関確認用.
    Hospital,
    /// 事業者確認用.
    Vendor,
    /// 薬局確認用.
    Pharmacy,
}

impl FormKind {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Hospital, Self::Vendor, Self::Pharmacy];

    /// The stable key of files, addresses and the catalogue.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Vendor => "vendor",
            Self::Pharmacy => "pharmacy",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Hospital => Text::new("医療機関確認用", "Form for hospitals and clinics"),
            Self::Vendor => Text::new("事業者確認用", "Form for vendors"),
            Self::Pharmacy => Text::new("薬局確認用", "Form for pharmacies"),
        }
    }
}

/// The two marks of the form. "Not yet" is a `No` with a target date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// はい.
    Yes,
    /// いいえ.
    No,
}

impl Mark {
    /// The stable key of forms and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Yes, Self::No].into_iter().find(|mark| mark.key() == key)
    }

    /// The word of the form.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Yes => Text::new("はい", "Yes"),
            Self::No => Text::new("いいえ", "No"),
        }
    }
}

/// One round: a mark and the day of checking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Yes or no.
    pub mark: Mark,
    /// The day it was checked.
    pub on: Date,
}

/// Where an item stands in an edition: device groups are answered apart where the form asks so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemKey {
    /// Edition: `r7`, or the id of a loaded official file.
    pub edition: String,
    /// Form.
    pub form: FormKind,
    /// Item id within the edition.
    pub item: String,
    /// Device group (`servers`, `terminal-pcs`, `network-devices`, `system-wide`, …).
    pub group: String,
    /// On the vendor form: whose sheet, an [`crate::vendor::Engagement`] of the facility.
    #[serde(default)]
    pub vendor: Option<RecordId>,
}

impl std::fmt::Display for ItemKey {
    /// `r7/hospital/<item>/<group>` and `/<vendor>`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}/{}", self.edition, self.form.key(), self.item, self.group)?;
        self.vendor.map_or(Ok(()), |vendor| write!(f, "/{vendor}"))
    }
}

/// What a person has put down for one item. A row of the facility's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// Which item.
    pub key: ItemKey,
    /// First round.
    #[serde(default)]
    pub first: Option<Round>,
    /// The day by which it will be done: only after a "no", within the fiscal year.
    #[serde(default)]
    pub target: Option<Date>,
    /// Second round.
    #[serde(default)]
    pub second: Option<Round>,
    /// What the person saw when confirming: the fingerprint of the proposal's facts. When the facts' fingerprint is
    /// another one now, the answer shows as reopened. `None`: answered without a proposal.
    #[serde(default)]
    pub saw: Option<Seen>,
    /// Why a proposal was not followed, or any remark.
    #[serde(default)]
    pub remark: String,
    /// Proof.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
}

/// What was on the screen when a person confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Hash of the facts the proposal stood on (lower-case hex of SHA-256).
    pub fingerprint: String,
    /// The proposal's reasons in Japanese, as they stood there.
    pub reasons: Vec<String>,
}

impl Register for ItemAnswer {
    const KIND: &'static str = "checklist-answer";

    fn label(&self) -> String {
        self.key.to_string()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.key.to_string())
    }
}
