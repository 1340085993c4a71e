//! Who does what: tasks × systems and connection points, with each party's own view in every cell.
//!
//! The matrix keeps what each side says, not what somebody decided for them: only so can it be seen that A takes a task
//! for B's while B takes it for A's. The rules that find it are in [`check`](fn@check), the file of the command line and of
//! vendors in [`file`](mod@file), the sentences in [`words`].

mod check;
pub mod file;
pub mod words;

pub use check::{Finding, FindingKind, Findings, check};

use crate::catalogue::Confidence;
use crate::id::ControlId;
use crate::record::{RecordId, Register};
use crate::text::{Text, folded};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a task is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A medical information system ([`crate::system::System`]).
    System,
    /// An external connection point.
    Connection,
}

impl ObjectKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::System, Self::Connection];

    /// The stable key of files and forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Connection => "connection",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::System => Text::new("システム", "System"),
            Self::Connection => Text::new("外部接続点", "Connection point"),
        }
    }
}

/// A task of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Stable id.
    pub id: String,
    /// Short name: the head of a row.
    pub title: Text,
    /// The question put to each party.
    pub question: Text,
    /// Why it must be settled.
    pub why: Text,
    /// What it is done to.
    pub applies: Vec<ObjectKind>,
    /// Our controls it belongs to.
    pub controls: Vec<ControlId>,
    /// What can happen when nobody does it.
    pub can_happen: Text,
    /// A published case in which that happened, by id.
    #[serde(default)]
    pub case: Option<String>,
    /// Where the task comes from.
    pub source: Text,
    /// Whether the source was read.
    pub confidence: Confidence,
}

/// A published case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedCase {
    /// Stable id.
    pub id: String,
    /// Place and year.
    pub title: Text,
    /// Where it was published.
    pub url: String,
}

/// `catalog/responsibility.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskCatalogue {
    /// Published cases that tasks refer to.
    pub cases: Vec<PublishedCase>,
    /// The tasks, in the order they are asked.
    pub tasks: Vec<Task>,
}

impl TaskCatalogue {
    /// A task by id.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// A published case by id.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&PublishedCase> {
        self.cases.iter().find(|case| case.id == id)
    }
}

/// On which side of the contract a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The institution.
    Facility,
    /// Somebody it pays, or who works behind such a one.
    Vendor,
}

/// What is known of a party's contract.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractNote {
    /// What it is called, or why there is none.
    #[serde(default)]
    pub title: String,
    /// Whether one for operation, management or maintenance is in force; a sale alone is none (guideline for suppliers,
    /// edition 2.0, 2.1).
    pub in_force: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixParty {
    /// Stable within the matrix.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Its side.
    pub side: Side,
    /// Its row in the vendor register, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<RecordId>,
    /// Its contract; `None`: none is known. Means nothing for the facility itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractNote>,
}

impl MatrixParty {
    /// Whether work given to it stands on a contract; the facility needs none with itself.
    #[must_use]
    pub fn is_contracted(&self) -> bool {
        self.side == Side::Facility || self.contract.as_ref().is_some_and(|contract| contract.in_force)
    }
}

/// A system or connection point of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id in its register, or any other text that is unique in the matrix.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// The parties that must say something about it; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<String>,
}

/// What a party says about a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// We do it.
    Mine,
    /// Somebody else does.
    Theirs,
    /// We do it together, split in a way that is written down.
    Shared,
    /// Nobody needs to.
    NotNeeded,
}

impl Says {
    /// All, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Mine, Self::Theirs, Self::Shared, Self::NotNeeded];

    /// The stable key of files and forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
            Self::Shared => "shared",
            Self::NotNeeded => "not_needed",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|says| says.key() == key)
    }
}

/// One party's own statement about one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Who says it.
    pub party: String,
    /// What.
    pub says: Says,
    /// With `theirs`: whose; absent: "not ours", without saying whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// With `shared`: with whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// With `shared`: how it is split.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// With `not_needed`: why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Whether the party's contract covers it; absent: nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<bool>,
    /// Where in the contract.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contract: String,
    /// Who said so, by name: after a meeting, or whoever filled in the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// On which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// A remark, or what the statement was read from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Statement {
    /// A bare statement.
    #[must_use]
    pub fn new(party: impl Into<String>, says: Says) -> Self {
        Self {
            party: party.into(),
            says,
            whom: None,
            with: Vec::new(),
            how: String::new(),
            why: String::new(),
            covered: None,
            contract: String::new(),
            by: String::new(),
            on: None,
            note: String::new(),
        }
    }

    /// Whether the party takes the task on, alone or together.
    #[must_use]
    pub fn claims(&self) -> bool {
        matches!(self.says, Says::Mine | Says::Shared)
    }

    /// The parties this statement puts to work, other than the one who says it.
    pub fn points_at(&self) -> impl Iterator<Item = &str> {
        let whom = self.whom.as_deref().filter(|_| self.says == Says::Theirs);
        let with = self.with.iter().map(String::as_str).filter(|_| self.says == Says::Shared);
        whom.into_iter().chain(with).filter(|party| *party != self.party)
    }

    /// Whether both say the same about the task, whoever entered it and when.
    #[must_use]
    pub fn means_the_same(&self, other: &Self) -> bool {
        let plain = |s: &Self| {
            let mut with = s.with.clone();
            with.sort();
            (s.says, s.whom.clone(), with, folded(&s.how), folded(&s.why), s.covered, folded(&s.contract))
        };
        plain(self) == plain(other)
    }
}

/// A row: one task at one object, with what has been said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Id of a [`Task`] or an [`OwnTask`].
    pub task: String,
    /// Id of an [`Object`].
    pub object: String,
    /// At most one for each party; who is absent has not said anything yet.
    #[serde(default)]
    pub statements: Vec<Statement>,
}

impl Row {
    /// What a party says.
    #[must_use]
    pub fn said_by(&self, party: &str) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.party == party)
    }

    /// Puts a party's statement in, in place of an earlier one; `None` takes it out.
    pub fn say(&mut self, party: &str, statement: Option<Statement>) {
        self.statements.retain(|old| old.party != party);
        self.statements.extend(statement);
    }
}

/// A task of this matrix alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTask {
    /// Unique, also among the catalogue's.
    pub id: String,
    /// What it is called.
    pub title: Text,
}

/// A signature: who stood for a party, and under which text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The party.
    pub party: String,
    /// Who signed.
    pub name: String,
    /// As what.
    pub role: String,
    /// When.
    pub on: Date,
    /// SHA-256 of [`Matrix::canonical`] at that time, in hexadecimal.
    pub hash: String,
}

/// How a party's signature stands to the present text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signed {
    /// Never signed.
    Not,
    /// Signed exactly this text.
    ThisText,
    /// Signed a text that was changed since.
    AnotherText,
}

/// A matrix.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matrix {
    /// What it is called.
    pub title: String,
    /// The columns.
    pub parties: Vec<MatrixParty>,
    /// What the tasks are done to.
    pub objects: Vec<Object>,
    /// Tasks that the catalogue does not have.
    #[serde(default)]
    pub own_tasks: Vec<OwnTask>,
    /// The rows.
    pub rows: Vec<Row>,
    /// All signatures, oldest first.
    #[serde(default)]
    pub signatures: Vec<Signature>,
}

impl Register for Matrix {
    const KIND: &'static str = "responsibility";

    fn label(&self) -> String {
        self.title.clone()
    }
}

impl Matrix {
    /// A party by id.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<&MatrixParty> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// A system or connection point by id.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.id == id)
    }

    /// Whether a party must say something about an object.
    #[must_use]
    pub fn concerns(&self, object: &str, party: &str) -> bool {
        self.object(object).is_some_and(|object| {
            object.parties.is_empty() || object.parties.iter().any(|concerned| concerned == party)
        })
    }

    /// Adds the rows that the catalogue has for each object and the matrix lacks; rows that stand stay as they are.
    pub fn add_missing_rows(&mut self, tasks: &TaskCatalogue) {
        for object in &self.objects {
            for task in tasks.tasks.iter().filter(|task| task.applies.contains(&object.kind)) {
                if !self.rows.iter().any(|row| row.task == task.id && row.object == object.id) {
                    self.rows.push(Row { task: task.id.clone(), object: object.id.clone(), statements: Vec::new() });
                }
            }
        }
    }

    /// The text that is signed: parties, objects, rows and statements, each on a line, in an order that does not depend
    /// on how they were entered. Who entered them, remarks, and contracts (which end by themselves) are left out.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut lines = Vec::new();
        for party in &self.parties {
            lines.push(serde_json::json!(["party", party.id, party.name, party.side]).to_string());
        }
        for object in &self.objects {
            let mut parties = object.parties.clone();
            parties.sort();
            lines.push(serde_json::json!(["object", object.kind, object.id, object.name, parties]).to_string());
        }
        for task in &self.own_tasks {
            lines.push(serde_json::json!(["task", task.id, task.title.ja, task.title.en]).to_string());
        }
        for row in &self.rows {
            lines.push(serde_json::json!(["row", row.object, row.task]).to_string());
            for s in &row.statements {
                let mut with = s.with.clone();
                with.sort();
                let said = serde_json::json!([
                    "said", row.object, row.task, s.party, s.says, s.whom, with, s.how, s.why, s.covered, s.contract
                ]);
                lines.push(said.to_string());
            }
        }
        lines.sort();
        let title = serde_json::json!(["title", self.title]);
        format!("{}\n{title}\n{}\n", file::FORMAT, lines.join("\n"))
    }

    /// SHA-256 of [`Self::canonical`], in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.canonical().as_bytes()))
    }

    /// How each party's newest signature stands to the present text, in the order of the columns.
    #[must_use]
    pub fn signed(&self) -> Vec<(&MatrixParty, Signed, Option<&Signature>)> {
        let hash = self.hash();
        let newest: BTreeMap<&str, &Signature> = self.signatures.iter().map(|s| (s.party.as_str(), s)).collect();
        self.parties
            .iter()
            .map(|party| match newest.get(party.id.as_str()) {
                None => (party, Signed::Not, None),
                Some(signature) if signature.hash == hash => (party, Signed::ThisText, Some(*signature)),
                Some(signature) => (party, Signed::AnotherText, Some(*signature)),
            })
            .collect()
    }

    /// Whether every party has signed exactly this text.
    #[must_use]
    pub fn is_signed_by_all(&self) -> bool {
        !self.parties.is_empty() && self.signed().iter().all(|(_, signed, _)| *signed == Signed::ThisText)
    }
}

#[cfg(test)]
mod tests;
