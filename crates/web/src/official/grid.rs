//! The sheet as a table, with the cells of the profile marked by letter and pattern.

use hakutaku_documents::official::{Place, Sheet};
use hakutaku_model::official::{DateCells, FormProfile, MarkCells};
use std::collections::{BTreeMap, BTreeSet};

/// The most rows and columns shown.
const MOST: (u32, u32) = (160, 40);

/// What a marked cell is for: class and key of its letter.
pub(super) type Use = (&'static str, &'static str);

/// A cell of the table.
pub(super) struct GridCell {
    pub(super) text: String,
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) marked: Option<Use>,
}

/// A row of the table.
pub(super) struct GridRow {
    pub(super) number: u32,
    pub(super) cells: Vec<GridCell>,
}

/// The table.
pub(super) struct Grid {
    pub(super) letters: Vec<String>,
    pub(super) rows: Vec<GridRow>,
    /// Whether the sheet goes on.
    pub(super) cut: bool,
}

pub(super) fn grid(sheet: &Sheet, profile: &FormProfile) -> Grid {
    let end = sheet.end();
    let (last_row, last_column) = (end.row.min(MOST.0 - 1), end.column.min(MOST.1 - 1));
    let marked = marked(sheet, profile);
    let mut covered: BTreeSet<Place> = BTreeSet::new();
    let mut rows = Vec::new();
    for row in 0..=last_row {
        let mut cells = Vec::new();
        for column in 0..=last_column {
            let place = Place::new(row, column);
            if covered.contains(&place) {
                continue;
            }
            let area = sheet.area(place);
            let (to_row, to_column) = (area.to.row.min(last_row), area.to.column.min(last_column));
            for row in row..=to_row {
                covered.extend((column..=to_column).map(|column| Place::new(row, column)));
            }
            cells.push(GridCell {
                text: sheet.text(place).to_owned(),
                columns: to_column - column + 1,
                rows: to_row - row + 1,
                marked: marked.get(&area.from).copied(),
            });
        }
        rows.push(GridRow { number: row + 1, cells });
    }
    Grid {
        letters: (0..=last_column).map(Place::letters).collect(),
        rows,
        cut: end.row > last_row || end.column > last_column,
    }
}

fn marked(sheet: &Sheet, profile: &FormProfile) -> BTreeMap<Place, Use> {
    let mut marked = BTreeMap::new();
    let mut put = |cell: &str, what: Use| {
        if let Ok(place) = cell.parse::<Place>() {
            marked.entry(sheet.anchor(place)).or_insert(what);
        }
    };
    for row in &profile.rows {
        put(&row.text, ("is-text", "official-letter-text"));
        for (round, mark_use, yes_use, no_use, date_use) in [
            (
                &row.first,
                ("is-mark", "official-letter-mark"),
                ("is-mark", "official-letter-yes"),
                ("is-mark", "official-letter-no"),
                ("is-date", "official-letter-date"),
            ),
            (
                &row.second,
                ("is-second", "official-letter-mark-2"),
                ("is-second", "official-letter-yes-2"),
                ("is-second", "official-letter-no-2"),
                ("is-second", "official-letter-date-2"),
            ),
        ] {
            match &round.mark {
                Some(MarkCells::TwoCells { yes, no, .. }) => {
                    put(yes, yes_use);
                    put(no, no_use);
                }
                Some(mark) => mark.cells().into_iter().for_each(|cell| put(cell, mark_use)),
                None => {}
            }
            round.date.iter().flat_map(DateCells::cells).for_each(|cell| put(cell, date_use));
        }
        row.target.iter().flat_map(DateCells::cells).for_each(|c| put(c, ("is-target", "official-letter-target")));
    }
    profile.facility.iter().for_each(|cell| put(cell, ("is-head", "official-letter-facility")));
    profile.date.iter().flat_map(DateCells::cells).for_each(|cell| put(cell, ("is-head", "official-letter-day")));
    marked
}
