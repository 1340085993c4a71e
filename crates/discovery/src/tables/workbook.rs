//! Excel workbooks, cell by cell with limits.

use super::{Collector, Format, MOST_SHEETS, TableRefused, Tables};
use crate::file_guard::{self, FileRefused, Limits};
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use std::io::Cursor;

pub(super) fn read(bytes: &[u8]) -> Result<Tables, TableRefused> {
    file_guard::check(bytes, &Limits::TABLE)?;
    let mut workbook: Xlsx<Cursor<&[u8]>> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let names = workbook.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(TableRefused::TooManyCells);
    }
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in names {
        let mut reader = match workbook.worksheet_cells_reader(&name) {
            Ok(reader) => reader,
            // Chart sheets and the like have no cells.
            Err(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_)) => continue,
            Err(problem) => return Err(refused(problem)),
        };
        // What the sheet claims as its size is not asked: only cells that hold something count.
        let mut collector = Collector::new(name, cells);
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(refused)? {
            let (row, column) = (cell.pos.0 as usize, cell.pos.1 as usize);
            let text = shown(&cell.value);
            if text.is_empty() {
                continue;
            }
            collector.put(row, column, &text)?;
            if cell.formula.is_some() {
                collector.sheet.formulas.insert((row, column));
            }
        }
        cells = collector.cells;
        sheets.push(collector.sheet);
    }
    Ok(Tables { sheets, format: Format::Workbook })
}

fn refused(problem: XlsxError) -> TableRefused {
    match problem {
        XlsxError::Password => FileRefused::Encrypted.into(),
        problem => FileRefused::Damaged(problem.to_string()).into(),
    }
}

fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.replace("\r\n", "\n"),
        DataRef::SharedString(text) => text.replace("\r\n", "\n"),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(date) => date_text(*date),
        DataRef::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number with the 15 digits that Excel knows, without trailing zeros: 8 and not 8.0, 0.3 and not 0.30000000000000004.
fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

fn date_text(date: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = date.to_ymd_hms_milli();
    if date.is_duration() {
        return number_text(date.as_f64() * 24.0);
    }
    match (date.as_f64() < 1.0, hour, minute) {
        (true, _, _) => format!("{hour:02}:{minute:02}"),
        (false, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        (false, _, _) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}
