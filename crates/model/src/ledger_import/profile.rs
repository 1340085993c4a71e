//! How the columns of a file become columns of the ledger, kept under a name.

use crate::ledger::Column;
use crate::record::Register;
use crate::text::folded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A way to read a list, kept for the next time; its natural key is its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportProfile {
    /// What people call it: `資産管理ソフトの書き出し`.
    pub name: String,
    /// The sheet; empty: the first with anything in it.
    pub sheet: String,
    /// The row with the headings, from 1; 0: found by its words each time.
    pub header_row: usize,
    /// Which heading is which column. Several may fill one column.
    pub columns: Vec<Mapped>,
    /// What holds for every row that says nothing itself: every row is a terminal.
    pub fixed: BTreeMap<Column, String>,
    /// Words of the file that mean something here: `PC` is `terminal`.
    pub translations: Vec<Translation>,
    /// Whether an empty cell empties the ledger's. Otherwise what is known stays.
    pub empty_erases: bool,
}

/// A heading of the file and the column it fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The heading, as [`super::heading_names`] gives it.
    pub heading: String,
    /// The column of the ledger.
    pub column: Column,
}

/// A word of the file and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// In which column of the ledger.
    pub column: Column,
    /// What stands in the file.
    pub from: String,
    /// What is meant, as typed into the ledger.
    pub to: String,
}

impl Register for ImportProfile {
    const KIND: &'static str = "ledger-import-profile";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(folded(&self.name))
    }
}

impl ImportProfile {
    /// What a cell of a column means: its translation, else itself.
    #[must_use]
    pub fn translated<'a>(&'a self, column: Column, text: &'a str) -> &'a str {
        if self.translations.is_empty() {
            return text;
        }
        let plain = folded(text);
        let known = self.translations.iter().find(|one| one.column == column && folded(&one.from) == plain);
        known.map_or(text, |one| one.to.as_str())
    }

    /// The column a heading fills.
    #[must_use]
    pub fn column_of(&self, heading: &str) -> Option<Column> {
        let plain = folded(heading);
        self.columns.iter().find(|one| folded(&one.heading) == plain).map(|one| one.column)
    }
}
