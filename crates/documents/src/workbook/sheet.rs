//! The cells of a sheet, read one by one with limits. Never as a block: two cells at opposite corners would make the
//! block larger than any memory.

use super::refused::ImportRefused;
use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use hakutaku_discovery::file_guard::FileRefused;
use std::collections::BTreeMap;
use std::io::Cursor;

/// More sheets than a person keeps in a form.
const MOST_SHEETS: usize = 40;
/// More filled cells than any form of ours could have.
const MOST_CELLS: usize = 200_000;
/// Cells beyond these are not ours and are left alone.
const LAST_ROW: u32 = 20_000;
const LAST_COLUMN: u32 = 200;
/// A text longer than this is cut: enough to say what is wrong with it.
const LONGEST_TEXT: usize = 8_000;

/// What stands in a cell, as far as this reader cares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Text(String),
    Error,
    /// Dates, truth values: shown back to the person, never guessed at.
    Other(String),
}

impl Value {
    /// The cell as text, for names, ids and reasons.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) | Self::Other(text) => text.clone(),
            Self::Error => String::new(),
        }
    }
}

/// One sheet: filled cells by row and column, from zero.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) cells: BTreeMap<(u32, u32), Value>,
}

impl Sheet {
    pub(crate) fn text(&self, row: u32, column: u32) -> String {
        self.cells.get(&(row, column)).map(Value::text).unwrap_or_default()
    }
}

/// Reads all sheets of a file that passed the guard.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ImportRefused> {
    let mut workbook: Xlsx<Cursor<&[u8]>> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let names = workbook.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(ImportRefused::TooManyCells);
    }
    let mut sheets = Vec::new();
    let mut total = 0;
    for name in names {
        let mut cells = BTreeMap::new();
        let mut reader = match workbook.worksheet_cells_reader(&name) {
            Ok(reader) => reader,
            // Chart sheets and the like have no cells.
            Err(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_)) => continue,
            Err(problem) => return Err(refused(problem)),
        };
        while let Some(cell) = reader.next_cell().map_err(refused)? {
            let (row, column) = cell.get_position();
            let Some(value) = value(cell.get_value()) else { continue };
            total += 1;
            if total > MOST_CELLS {
                return Err(ImportRefused::TooManyCells);
            }
            if row <= LAST_ROW && column <= LAST_COLUMN {
                cells.insert((row, column), value);
            }
        }
        sheets.push(Sheet { name, cells });
    }
    Ok(sheets)
}

fn refused(problem: XlsxError) -> ImportRefused {
    match problem {
        XlsxError::Password => FileRefused::Encrypted.into(),
        problem => FileRefused::Damaged(problem.to_string()).into(),
    }
}

fn value(data: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| {
        let cut: String = text.chars().take(LONGEST_TEXT).collect();
        (!blank(&cut)).then_some(Value::Text(cut))
    };
    match data {
        DataRef::Empty => None,
        #[expect(clippy::cast_precision_loss, reason = "only 0 to 3 matter; anything else is refused")]
        DataRef::Int(number) => Some(Value::Number(*number as f64)),
        DataRef::Float(number) => Some(Value::Number(*number)),
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(truth) => Some(Value::Other(if *truth { "TRUE" } else { "FALSE" }.to_owned())),
        DataRef::DateTime(date) => Some(Value::Other(date.to_string())),
        DataRef::DateTimeIso(date) | DataRef::DurationIso(date) => Some(Value::Other(date.clone())),
        DataRef::Error(_) => Some(Value::Error),
    }
}

/// Nothing but spaces of any kind.
fn blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'))
}
