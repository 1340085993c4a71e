//! What is different between two versions, section by section.

use super::{Change, Row, SectionKey, Snapshot, Written, print_warnings};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is different in one section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionDifference {
    /// Which.
    pub section: SectionKey,
    /// Texts, by the key of their field.
    pub texts: Vec<FieldChange>,
    /// Tables, by their key.
    pub tables: Vec<TableChange>,
    /// Facts from the registers.
    pub facts: Vec<Change>,
}

/// A text that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field.
    pub key: String,
    /// Its lines, both taken out and put in, in reading order. Lines that stayed are left out.
    pub lines: Vec<LineChange>,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "was", content = "line")]
pub enum LineChange {
    /// Taken out.
    Removed(String),
    /// Put in.
    Added(String),
}

/// A table that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableChange {
    /// The table.
    pub key: String,
    /// Its rows.
    pub rows: Vec<RowChange>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "was")]
pub enum RowChange {
    /// Taken out.
    Removed {
        /// What it said.
        row: Row,
    },
    /// Put in.
    Added {
        /// What it says.
        row: Row,
    },
    /// At least half of its cells stayed.
    Changed {
        /// What it said.
        before: Row,
        /// What it says.
        after: Row,
    },
}

/// The sections in which two versions differ, in the order of the plan.
#[must_use]
pub fn differences(old: &Snapshot, new: &Snapshot) -> Vec<SectionDifference> {
    let facts = print_warnings(&old.ground, &new.ground);
    SectionKey::ALL
        .iter()
        .map(|section| {
            let (before, after) = (old.written(*section), new.written(*section));
            SectionDifference {
                section: *section,
                texts: texts(before, after),
                tables: tables(before, after),
                facts: facts.iter().filter(|change| change.section == *section).cloned().collect(),
            }
        })
        .filter(|difference| {
            !(difference.texts.is_empty() && difference.tables.is_empty() && difference.facts.is_empty())
        })
        .collect()
}

fn texts(before: &Written, after: &Written) -> Vec<FieldChange> {
    let keys: BTreeSet<&String> = before.texts.keys().chain(after.texts.keys()).collect();
    keys.into_iter()
        .map(|key| FieldChange { key: key.clone(), lines: lines(before.text(key), after.text(key)) })
        .filter(|change| !change.lines.is_empty())
        .collect()
}

/// Longest common subsequence over lines; texts of a plan have at most a few hundred.
fn lines(before: &str, after: &str) -> Vec<LineChange> {
    let old: Vec<&str> = before.lines().map(str::trim_end).collect();
    let new: Vec<&str> = after.lines().map(str::trim_end).collect();
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at][to] = if old[at] == new[to] {
                common[at + 1][to + 1] + 1
            } else {
                common[at + 1][to].max(common[at][to + 1])
            };
        }
    }
    let (mut at, mut to, mut found) = (0, 0, Vec::new());
    while at < old.len() || to < new.len() {
        if at < old.len() && to < new.len() && old[at] == new[to] {
            (at, to) = (at + 1, to + 1);
        } else if at < old.len() && (to == new.len() || common[at + 1][to] >= common[at][to + 1]) {
            found.push(LineChange::Removed(old[at].to_owned()));
            at += 1;
        } else {
            found.push(LineChange::Added(new[to].to_owned()));
            to += 1;
        }
    }
    found.retain(|change| match change {
        LineChange::Removed(line) | LineChange::Added(line) => !line.is_empty(),
    });
    found
}

fn tables(before: &Written, after: &Written) -> Vec<TableChange> {
    let keys: BTreeSet<&String> = before.tables.keys().chain(after.tables.keys()).collect();
    keys.into_iter()
        .map(|key| TableChange { key: key.clone(), rows: rows(&before.rows(key), &after.rows(key)) })
        .filter(|change| !change.rows.is_empty())
        .collect()
}

fn rows(before: &[&Row], after: &[&Row]) -> Vec<RowChange> {
    let mut gone: Vec<&Row> = before.iter().copied().filter(|row| !after.contains(row)).collect();
    let come: Vec<&Row> = after.iter().copied().filter(|row| !before.contains(row)).collect();
    let mut found = Vec::new();
    for row in come {
        let kept = |other: &Row| row.iter().filter(|(key, cell)| !cell.is_empty() && other.get(*key) == Some(*cell)).count();
        let filled = row.values().filter(|cell| !cell.is_empty()).count();
        let nearest = (0..gone.len()).max_by_key(|at| kept(gone[*at])).filter(|at| kept(gone[*at]) * 2 >= filled);
        found.push(match nearest {
            Some(at) => RowChange::Changed { before: gone.remove(at).clone(), after: row.clone() },
            None => RowChange::Added { row: row.clone() },
        });
    }
    found.extend(gone.into_iter().map(|row| RowChange::Removed { row: row.clone() }));
    found
}
