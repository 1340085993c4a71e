//! What is cut, in which order, by whom.
//!
//! The three stages are those of the ministry's template (3.3.2): paths to the backups, then lines to the outside, then
//! segments inside, where damage and way in are suspected. The order *within* a stage is our own: outside, first what
//! anybody on the Internet can reach and what maintenance uses, the ways in of the published cases; inside, first what
//! hurts patients least while it is cut.

use super::{Ground, Row, Written, cell};
use crate::backup::Separation;
use crate::known::keyed;
use crate::text::folded;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

keyed! {
    /// A stage of cutting off.
    Stage {
        /// Paths to the backups.
        #[default]
        Backups = "backups", "1. バックアップへの道", "1. Paths to the backups";
        /// Lines to the outside.
        Outside = "outside", "2. 外とつながる回線", "2. Lines to the outside";
        /// Segments inside the house.
        Inside = "inside", "3. 院内の区画", "3. Segments inside the house";
    }
}

/// One thing to cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// When.
    pub stage: Stage,
    /// What: a copy, a line, a segment, as people call it.
    pub what: String,
    /// Who cuts it by day.
    pub who: String,
    /// Their telephone.
    pub phone: String,
    /// Who cuts it at night; empty: nobody else.
    pub night: String,
    /// Their telephone.
    pub night_phone: String,
    /// How: which cable, which switch.
    pub how: String,
    /// What stops with it: systems by name.
    pub stops: Vec<String>,
    /// Lies apart already: nothing to cut, nothing to connect.
    pub apart: bool,
}

impl Cut {
    /// Whether nobody with a telephone is named for it.
    #[must_use]
    pub fn is_hole(&self) -> bool {
        !self.apart && self.phone.trim().is_empty() && self.night_phone.trim().is_empty()
    }
}

/// Something nobody can be called to cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// The stage.
    pub stage: Stage,
    /// What.
    pub what: String,
}

/// The procedure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CutOff {
    /// In the order of cutting.
    pub steps: Vec<Cut>,
    /// What nobody can be called for.
    pub holes: Vec<Hole>,
}

impl CutOff {
    /// The steps of a stage.
    pub fn of(&self, stage: Stage) -> impl Iterator<Item = &Cut> {
        self.steps.iter().filter(move |cut| cut.stage == stage)
    }
}

/// Puts everything that can be cut into its order. Lines say themselves who cuts them; for backup paths and segments the
/// section's tables `backup-paths` and `segments` say so, by name.
#[must_use]
pub fn cut_off_order(ground: &Ground, written: &Written) -> CutOff {
    let mut steps = backups(ground, written);
    steps.extend(lines(ground));
    steps.extend(segments(ground, written));
    let holes = steps
        .iter()
        .filter(|cut| cut.is_hole())
        .map(|cut| Hole { stage: cut.stage, what: cut.what.clone() })
        .collect();
    CutOff { steps, holes }
}

fn named<'r>(rows: &[&'r Row], column: &str, name: &str) -> Option<&'r Row> {
    rows.iter().copied().find(|row| folded(cell(row, column)) == folded(name))
}

fn by_hand(stage: Stage, what: &str, row: Option<&Row>) -> Cut {
    let of = |column| row.map_or("", |row| cell(row, column)).to_owned();
    Cut {
        stage,
        what: what.to_owned(),
        who: of("who"),
        phone: of("phone"),
        night: String::new(),
        night_phone: String::new(),
        how: of("how"),
        stops: Vec::new(),
        apart: false,
    }
}

fn backups(ground: &Ground, written: &Written) -> Vec<Cut> {
    let rows = written.rows("backup-paths");
    let mut cuts: Vec<Cut> = ground
        .copies
        .iter()
        .map(|copy| {
            let name = if copy.system.is_empty() { copy.name.clone() } else { format!("{}（{}）", copy.name, copy.system) };
            let row = named(&rows, "path", &name).or_else(|| named(&rows, "path", &copy.name));
            Cut {
                // Whatever may be joined at the moment of the attack has a path; nobody knows counts as joined.
                apart: matches!(copy.separation, Separation::OfflineMedium | Separation::ExportedMedium),
                ..by_hand(Stage::Backups, &name, row)
            }
        })
        .collect();
    let known = |path: &str| {
        ground.copies.iter().any(|copy| {
            folded(path) == folded(&copy.name) || folded(path) == folded(&format!("{}（{}）", copy.name, copy.system))
        })
    };
    let more = rows.iter().filter(|row| !cell(row, "path").is_empty() && !known(cell(row, "path")));
    cuts.extend(more.map(|row| by_hand(Stage::Backups, cell(row, "path"), Some(row))));
    // What is joined comes first; media that lie apart are only a reminder not to connect them.
    cuts.sort_by_key(|cut| cut.apart);
    cuts
}

fn lines(ground: &Ground) -> Vec<Cut> {
    let mut lines: Vec<_> = ground.lines.iter().collect();
    lines.sort_by_key(|line| (!line.from_outside, !line.internet_vpn, !line.maintenance, line.name.clone()));
    lines
        .into_iter()
        .map(|line| Cut {
            stage: Stage::Outside,
            what: line.name.clone(),
            who: line.cutter.clone(),
            phone: line.cutter_phone.clone(),
            night: line.night.clone(),
            night_phone: line.night_phone.clone(),
            how: line.how.clone(),
            stops: line.systems.clone(),
            apart: false,
        })
        .collect()
}

fn segments(ground: &Ground, written: &Written) -> Vec<Cut> {
    let rows = written.rows("segments");
    // By folded name: as first written, the worst rank of its systems, their names.
    let mut found: BTreeMap<String, (String, u16, Vec<String>)> = BTreeMap::new();
    for system in ground.systems.iter().filter(|system| !system.segment.trim().is_empty()) {
        let of = found
            .entry(folded(&system.segment))
            .or_insert_with(|| (system.segment.trim().to_owned(), u16::MAX, Vec::new()));
        // Nobody has said how much it matters: treated as if it mattered most.
        of.1 = of.1.min(system.importance.unwrap_or(0));
        of.2.push(system.name.clone());
    }
    let lines = ground.lines.iter().map(|line| line.segment.trim());
    let typed = rows.iter().map(|row| cell(row, "segment"));
    for name in lines.chain(typed).filter(|name| !name.is_empty()) {
        found.entry(folded(name)).or_insert_with(|| (name.to_owned(), u16::MAX, Vec::new()));
    }
    let mut segments: Vec<_> = found.into_values().collect();
    segments.sort_by_key(|(name, worst, _)| (Reverse(*worst), name.clone()));
    segments
        .into_iter()
        .map(|(name, _, stops)| Cut { stops, ..by_hand(Stage::Inside, &name, named(&rows, "segment", &name)) })
        .collect()
}

