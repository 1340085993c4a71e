//! The guideline's clauses: what each is answered by, and what a new edition changes for a facility.
//!
//! A clause is answered by our controls mapped to it: by the questionnaire's answers about those controls, by the
//! ministry's checklist topics the controls share, and by the registers. Nothing here says that a clause is fulfilled.

mod changes;
mod file;

pub use changes::{Change, changes_of_7_0};
pub use file::{
    ClauseVerdict, ClausesFile, GuidelineChoice, GuidelineEdition, LoadedClause, MOST_CLAUSES, SameAs, check_file,
};

use crate::catalogue::{Catalogue, Confidence, Control, Guideline, GuidelineItem, Relation};
use crate::facts::{ControlFact, FactSheet};
use crate::id::ControlId;
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What stands beside an edition's items.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AboutEdition {
    /// Its volumes in order.
    pub volumes: Vec<Volume>,
    /// What it changed, as reported.
    pub changes: Vec<Reported>,
    /// Explanations, figures, annexes and Q&A: not clauses.
    pub explanations: Vec<Reported>,
    /// Dates of its making and of what it sets.
    pub timeline: Vec<Event>,
    /// What could not be found of it.
    pub gaps: Vec<Gap>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Name.
    pub title: Text,
    /// Whether the edition before had no such volume.
    #[serde(default)]
    pub is_new: bool,
}

/// Something told about an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Where in the text; empty: not tied to a place.
    #[serde(default)]
    pub place: String,
    /// Paraphrase.
    pub summary: Text,
    /// How sure.
    pub confidence: Confidence,
}

/// A date of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The day.
    pub date: Date,
    /// What happened, or is set for that day.
    pub event: Text,
    /// How sure.
    pub confidence: Confidence,
}

/// Something of an edition that could not be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Stable id.
    pub id: String,
    /// Where in the text, as printed.
    #[serde(rename = "where")]
    pub place: String,
    /// What is missing.
    pub what: Text,
}

/// A register of the product that bears on a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Devices and services.
    Ledger,
    /// Accounts reviewed.
    Accounts,
    /// External connection points.
    Connections,
    /// Backups and restore tests.
    Backups,
    /// Vendors and what they sent.
    Vendors,
    /// The responsibility matrix.
    Responsibility,
}

impl Evidence {
    /// The registers that bear on a field of ours.
    #[must_use]
    pub fn of_field(field: &str) -> &'static [Self] {
        match field {
            "assets" | "disposal" | "change" => &[Self::Ledger],
            "access-control" => &[Self::Accounts],
            "authentication" => &[Self::Accounts, Self::Connections],
            "network" => &[Self::Connections],
            "backup" => &[Self::Backups],
            "maintenance" => &[Self::Vendors, Self::Responsibility],
            _ => &[],
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Ledger => Text::new("機器の台帳", "Device register"),
            Self::Accounts => Text::new("アカウントの点検", "Account review"),
            Self::Connections => Text::new("外部接続の一覧", "External connections"),
            Self::Backups => Text::new("バックアップの台帳", "Backup register"),
            Self::Vendors => Text::new("事業者の一覧", "Vendor register"),
            Self::Responsibility => Text::new("責任分界の表", "Responsibility matrix"),
        }
    }

    /// How many rows it has and the day of its newest change; `None`: not begun.
    #[must_use]
    pub fn held(self, facts: &FactSheet) -> Option<(u32, Option<Date>)> {
        match self {
            Self::Ledger => facts.ledger.as_ref().map(|f| (f.total, f.newest_change)),
            Self::Accounts => facts.accounts.as_ref().map(|f| (f.enabled, f.as_of)),
            Self::Connections => facts.connections.as_ref().map(|f| (f.total, f.newest_change)),
            Self::Backups => facts.backups.as_ref().map(|f| (f.systems, f.newest_change)),
            Self::Vendors => facts.vendors.as_ref().map(|f| (f.total, f.newest_change)),
            Self::Responsibility => facts.responsibility.as_ref().map(|f| (f.cells, f.newest_change)),
        }
    }
}

/// How a clause is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseState {
    /// Every answer about it is level 2 or 3.
    Well,
    /// An answer about it is level 0 or 1.
    Weak,
    /// Nobody has answered about it.
    Nothing,
    /// None of our controls is mapped to it: nothing of ours asks about it.
    NotAsked,
}

impl ClauseState {
    /// All states, in the order of summaries.
    pub const ALL: [Self; 4] = [Self::Well, Self::Weak, Self::Nothing, Self::NotAsked];

    /// The stable key of files and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Weak => "weak",
            Self::Nothing => "nothing",
            Self::NotAsked => "not_asked",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Well => Text::new("よい回答がある", "Answered well"),
            Self::Weak => Text::new("弱い回答がある", "Answered weakly"),
            Self::Nothing => Text::new("まだ回答がない", "Nothing yet"),
            Self::NotAsked => Text::new("質問がない", "Not asked here"),
        }
    }
}

/// One of our controls under a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseControl<'c> {
    /// Which.
    pub id: &'c ControlId,
    /// Its name.
    pub title: &'c Text,
    /// How it relates to the clause.
    pub relation: Relation,
    /// Why, and what is left over.
    pub reason: &'c Text,
    /// The questionnaire's answer, if any.
    pub fact: Option<&'c ControlFact>,
}

/// A clause with what it is answered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause<'c> {
    /// What is demanded.
    pub item: &'c GuidelineItem,
    /// How it is answered.
    pub state: ClauseState,
    /// Our controls mapped to it.
    pub controls: Vec<ClauseControl<'c>>,
    /// Topics of the ministry's checklist that share a control with it.
    pub topics: Vec<&'c str>,
    /// Registers that bear on it.
    pub registers: Vec<Evidence>,
}

/// All clauses of an edition in order.
///
/// `same_as` leads from a clause of this edition to clauses `edition/item` whose mappings it shares: for loaded editions
/// to which no control is mapped.
#[must_use]
pub fn clauses<'c>(
    catalogue: &'c Catalogue,
    guideline: &'c Guideline,
    facts: &'c FactSheet,
    same_as: &BTreeMap<String, Vec<String>>,
) -> Vec<Clause<'c>> {
    let mut by_target: BTreeMap<&str, Vec<(&Control, usize)>> = BTreeMap::new();
    for control in catalogue.controls.values() {
        for (at, mapping) in control.maps.iter().enumerate() {
            by_target.entry(mapping.to.as_str()).or_default().push((control, at));
        }
    }
    guideline
        .in_order()
        .into_iter()
        .map(|item| {
            let own = format!("{}/{}", guideline.id, item.id);
            let targets = std::iter::once(&own).chain(same_as.get(&item.id).into_iter().flatten());
            let mut controls: Vec<ClauseControl<'c>> = Vec::new();
            let mut topics = BTreeSet::new();
            let mut registers = BTreeSet::new();
            for target in targets {
                for (control, at) in by_target.get(target.as_str()).into_iter().flatten() {
                    if controls.iter().any(|known| *known.id == control.id) {
                        continue;
                    }
                    let mapping = &control.maps[*at];
                    controls.push(ClauseControl {
                        id: &control.id,
                        title: &control.title,
                        relation: mapping.relation,
                        reason: &mapping.reason,
                        fact: facts.answers.get(&control.id),
                    });
                    topics.extend(control.maps.iter().filter_map(|mapping| mapping.to.strip_prefix("checklist/")));
                    registers.extend(Evidence::of_field(control.field().as_str()));
                }
            }
            let levels: Vec<u8> = controls.iter().filter_map(|c| c.fact).map(|fact| fact.level.get()).collect();
            let state = if controls.is_empty() {
                ClauseState::NotAsked
            } else if levels.is_empty() {
                ClauseState::Nothing
            } else if levels.iter().any(|level| *level < 2) {
                ClauseState::Weak
            } else {
                ClauseState::Well
            };
            Clause {
                item,
                state,
                controls,
                topics: topics.into_iter().collect(),
                registers: registers.into_iter().collect(),
            }
        })
        .collect()
}

/// How many clauses stand so, in the order of [`ClauseState::ALL`].
#[must_use]
pub fn tally(clauses: &[Clause<'_>]) -> [(ClauseState, usize); 4] {
    ClauseState::ALL.map(|state| (state, clauses.iter().filter(|clause| clause.state == state).count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Mapping;
    use crate::score::Level;
    use jiff::civil::date;

    fn text(words: &str) -> Text {
        Text::new(words, words)
    }

    fn control(id: &str, targets: &[&str]) -> (ControlId, Control) {
        let maps = targets
            .iter()
            .map(|to| Mapping { to: (*to).to_owned(), relation: Relation::Subset, reason: text("part") })
            .collect();
        (id.into(), Control { id: id.into(), title: text(id), statement: text(id), maps })
    }

    fn guideline(items: &[&str]) -> Guideline {
        let item = |(position, id): (usize, &&str)| {
            ((*id).to_owned(), GuidelineItem { id: (*id).to_owned(), position, ..GuidelineItem::default() })
        };
        Guideline { id: "g".into(), items: items.iter().enumerate().map(item).collect(), ..Guideline::default() }
    }

    fn answered(given: &[(&str, u8)]) -> FactSheet {
        let fact = |level: u8| ControlFact {
            level: Level::new(level).expect("0-3"),
            day: date(2026, 6, 1),
            question: "q".into(),
        };
        FactSheet {
            answers: given.iter().map(|(id, level)| ((*id).into(), fact(*level))).collect(),
            ..FactSheet::default()
        }
    }

    fn states(facts: &FactSheet) -> Vec<(String, ClauseState)> {
        let catalogue = Catalogue {
            controls: [
                control("backup.one", &["g/O-10", "checklist/backup-restore"]),
                control("backup.two", &["g/O-10"]),
                control("logs.one", &["g/O-7"]),
            ]
            .into(),
            ..Catalogue::default()
        };
        let guideline = guideline(&["O-7", "O-10", "O-11"]);
        clauses(&catalogue, &guideline, facts, &BTreeMap::new())
            .into_iter()
            .map(|clause| (clause.item.id.clone(), clause.state))
            .collect()
    }

    #[test]
    fn clauses_stand_in_the_order_of_the_text_with_the_weakest_answer() {
        use ClauseState as S;
        let is =
            |given: &[(&str, u8)]| states(&answered(given)).into_iter().map(|(_, state)| state).collect::<Vec<_>>();
        assert_eq!(is(&[]), [S::Nothing, S::Nothing, S::NotAsked]);
        assert_eq!(is(&[("backup.one", 3), ("logs.one", 2)]), [S::Well, S::Well, S::NotAsked]);
        assert_eq!(is(&[("backup.one", 3), ("backup.two", 1)]), [S::Nothing, S::Weak, S::NotAsked]);
        let order: Vec<String> = states(&FactSheet::default()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(order, ["O-7", "O-10", "O-11"]);
    }

    #[test]
    fn a_loaded_clause_stands_on_the_mappings_of_those_it_is_the_same_as() {
        let catalogue = Catalogue { controls: [control("backup.one", &["old/O-10"])].into(), ..Catalogue::default() };
        let guideline = guideline(&["X-1", "X-2"]);
        let same = [("X-1".to_owned(), vec!["old/O-10".to_owned()])].into();
        let facts = answered(&[("backup.one", 2)]);
        let found = clauses(&catalogue, &guideline, &facts, &same);
        assert_eq!(
            tally(&found),
            [(ClauseState::Well, 1), (ClauseState::Weak, 0), (ClauseState::Nothing, 0), (ClauseState::NotAsked, 1)]
        );
        assert_eq!(found[0].registers, [Evidence::Backups]);
    }
}
