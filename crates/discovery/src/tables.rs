//! Tables as people save them: CSV and TSV in whatever encoding, XLSX. Every cell comes as the text that is shown.
//!
//! Nothing is calculated: a formula gives the value that was saved with it and is flagged. Rows and columns keep their
//! places, so that row 12 of the file is row 12 of every sentence about it.

mod plain;
mod refused;
mod workbook;

pub use refused::TableRefused;

use crate::file_guard::looks_like_workbook;
use std::collections::BTreeSet;

/// The largest text file taken, in bytes (a workbook has the same limit).
pub const LARGEST_FILE: usize = 20 << 20;
/// The most rows of a sheet below its headings.
pub const MOST_ROWS: usize = 100_000;
/// Title lines and headings above them do not count.
const HEAD_ROWS: usize = 50;
/// The most columns.
pub const MOST_COLUMNS: usize = 300;
/// The longest cell, in characters: as long as Excel allows.
pub const LONGEST_CELL: usize = 32_767;
/// The most cells of a file, gaps between filled ones included.
const MOST_CELLS: usize = 5_000_000;
/// The most sheets.
const MOST_SHEETS: usize = 100;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Its sheets; a text file has one.
    pub sheets: Vec<Sheet>,
    /// How it was read, for the person to check.
    pub format: Format,
}

/// How a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook.
    Workbook,
    /// A text file.
    Text {
        /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `Shift_JIS`.
        encoding: &'static str,
        /// `,`, tab or `;`.
        delimiter: char,
    },
}

/// One sheet: rows from the first of the file on, each as long as its last filled cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its name; empty for a text file.
    pub name: String,
    /// Row 1 of the file is `rows[0]`; an empty row is an empty list.
    pub rows: Vec<Vec<String>>,
    /// Cells whose value was calculated when the file was saved: row and column from 0.
    pub formulas: BTreeSet<(usize, usize)>,
}

impl Sheet {
    /// The text of a cell, counted from 0; empty where there is none.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|row| row.get(column)).map_or("", String::as_str)
    }
}

impl Tables {
    /// The sheet of this name, or the first with anything in it.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        let named = self.sheets.iter().find(|sheet| !name.is_empty() && sheet.name == name);
        named.or_else(|| self.sheets.iter().find(|sheet| !sheet.rows.is_empty()))
    }
}

/// Reads a file. The name is a hint only: what counts is what the bytes are.
///
/// # Errors
/// The reason, with a sentence in both languages that says what to do.
pub fn read(bytes: &[u8], file_name: &str) -> Result<Tables, TableRefused> {
    let tables = if looks_like_workbook(bytes) { workbook::read(bytes)? } else { plain::read(bytes, file_name)? };
    if tables.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        return Err(TableRefused::NothingInIt);
    }
    Ok(tables)
}

/// Collects the cells of a sheet within all limits.
struct Collector {
    sheet: Sheet,
    cells: usize,
}

impl Collector {
    fn new(name: String, cells: usize) -> Self {
        Self { sheet: Sheet { name, ..Sheet::default() }, cells }
    }

    fn put(&mut self, row: usize, column: usize, text: &str) -> Result<(), TableRefused> {
        let text = cleaned(text);
        if text.trim().is_empty() {
            return Ok(());
        }
        if row >= MOST_ROWS + HEAD_ROWS {
            return Err(TableRefused::TooManyRows { sheet: self.sheet.name.clone() });
        }
        if column >= MOST_COLUMNS {
            return Err(TableRefused::TooManyColumns { sheet: self.sheet.name.clone(), row: row + 1 });
        }
        if text.chars().count() > LONGEST_CELL {
            return Err(TableRefused::CellTooLong { row: row + 1, column: column + 1 });
        }
        if self.sheet.rows.len() <= row {
            self.sheet.rows.resize_with(row + 1, Vec::new);
        }
        let line = &mut self.sheet.rows[row];
        if line.len() <= column {
            self.cells += column + 1 - line.len();
            if self.cells > MOST_CELLS {
                return Err(TableRefused::TooManyCells);
            }
            line.resize(column + 1, String::new());
        }
        line[column] = text;
        Ok(())
    }
}

/// Without what no page can show: control characters other than line breaks and tabs, invisible marks.
fn cleaned(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{200b}' | '\u{feff}')))
        .collect()
}
