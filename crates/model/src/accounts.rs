//! Who may sign in to the hospital's systems, and who should not any more.
//!
//! Lists come from outside ([`AccountList`], [`LeaversList`]); what a person decided about a finding is kept beside them
//! ([`AccountDecision`]); [`review`] puts them together. Passwords and their hashes are never read, let alone kept.

mod review;
mod shared;

pub use review::{Certainty, Finding, FindingKind, Review, facts, is_administrators, review};

use crate::record::Register;
use crate::text::{Text, folded};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An enabled account without a sign-in for more days than this is unused.
pub const UNUSED_DAYS: i32 = 90;
/// The most accounts of a list, and the most leavers.
pub const MOST_ACCOUNTS: usize = 20_000;

/// One account of one system.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// What is typed to sign in.
    pub name: String,
    /// The person's (or the device's) name as shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// Staff number, where the list has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub staff_number: String,
    /// Whether one can sign in with it.
    pub enabled: bool,
    /// Whether it has administrator rights.
    pub administrator: bool,
    /// The day of the last sign-in; `None`: never, or not recorded (see [`AccountList::knows_sign_ins`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
    /// Groups, by their short names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// A remark in the directory.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// The accounts of one system on one day; its natural key is the system. A newer list takes the older one's place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountList {
    /// Which system or directory: `Active Directory`, `電子カルテ`.
    pub source: String,
    /// The name of the file.
    pub file: String,
    /// The day it was exported, where known.
    pub exported: Option<Date>,
    /// The day it was imported.
    pub imported: Option<Date>,
    /// Whether the list says anything about sign-ins; without, nobody is called unused.
    pub knows_sign_ins: bool,
    /// The accounts.
    pub accounts: Vec<Account>,
}

impl AccountList {
    /// The day this list stands for.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.exported.or(self.imported)
    }
}

impl Register for AccountList {
    const KIND: &'static str = "account-list";

    fn label(&self) -> String {
        self.source.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(folded(&self.source))
    }
}

/// Somebody who has left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Leaver {
    /// Full name.
    pub name: String,
    /// Reading of the name in kana, where the list has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reading: String,
    /// Staff number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub staff_number: String,
    /// The last day; `None`: not known, and taken as past.
    pub left_on: Option<Date>,
    /// Department.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
}

impl Leaver {
    /// Two lines about the same person: the same staff number, or without one the same name and day.
    #[must_use]
    pub fn key(&self) -> (String, String, Option<Date>) {
        let number = number_key(&self.staff_number);
        if number.is_empty() {
            (String::new(), name_key(&self.name), self.left_on)
        } else {
            (number, String::new(), None)
        }
    }
}

/// Everybody who has left, as the personnel office says. One row in a facility.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaversList {
    /// The name of the newest file.
    pub file: String,
    /// The day of the newest import.
    pub imported: Option<Date>,
    /// The people.
    pub leavers: Vec<Leaver>,
}

impl LeaversList {
    /// Adds the people of another list; who is in both is taken from the newer one.
    pub fn join(&mut self, newer: Vec<Leaver>) {
        let known: std::collections::HashSet<_> = newer.iter().map(Leaver::key).collect();
        self.leavers.retain(|leaver| !known.contains(&leaver.key()));
        self.leavers.extend(newer);
    }
}

impl Register for LeaversList {
    const KIND: &'static str = "leavers-list";

    fn label(&self) -> String {
        self.file.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some("leavers".to_owned())
    }
}

/// What a person decided about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It is as found, and stays so for a reason: shared on purpose, kept until a day.
    OnPurpose,
    /// It is not as found: another person of the same name, one person's account after all.
    NotSo,
}

impl Ruling {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::OnPurpose, Self::NotSo];

    /// The stable key of forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OnPurpose => "on_purpose",
            Self::NotSo => "not_so",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruling| ruling.key() == key)
    }

    /// The choice in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::OnPurpose => Text::new("分かっていて使い続ける", "Known, and kept"),
            Self::NotSo => Text::new("当てはまらない", "Not the case"),
        }
    }
}

/// A decision about one finding on one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDecision {
    /// The source of the list.
    pub source: String,
    /// The account.
    pub account: String,
    /// About what.
    pub finding: FindingKind,
    /// What was decided.
    pub ruling: Ruling,
    /// Why: "shared on purpose because…".
    pub reason: String,
    /// Until when; afterwards the finding is open again. `None`: for good.
    #[serde(default)]
    pub until: Option<Date>,
}

impl AccountDecision {
    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }

    /// The natural key of a decision about this.
    #[must_use]
    pub fn key_of(source: &str, account: &str, finding: FindingKind) -> String {
        format!("{}/{}/{}", folded(source), folded(account), finding.key())
    }
}

impl Register for AccountDecision {
    const KIND: &'static str = "account-decision";

    fn label(&self) -> String {
        format!("{} ({})", self.account, self.source)
    }

    fn natural_key(&self) -> Option<String> {
        Some(Self::key_of(&self.source, &self.account, self.finding))
    }
}

/// A person's name as it is compared: folded, without spaces and middle dots.
#[must_use]
pub fn name_key(name: &str) -> String {
    folded(name).chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '.' | ',')).collect()
}

/// A staff number as it is compared: folded, without signs and leading zeros.
#[must_use]
pub fn number_key(number: &str) -> String {
    let plain: String = folded(number).chars().filter(|c| c.is_alphanumeric()).collect();
    plain.trim_start_matches('0').to_owned()
}
