//! A list of devices, laid out for the import: which sheet, which row of headings, which rows.

use crate::tables::{Sheet, Tables};
use hakutaku_model::ledger_import::{ImportProfile, SourceRow, guess, header_row, heading_names};

/// A list as a profile reads it.
#[derive(Debug, Clone)]
pub struct DeviceList<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// The row with the headings, from 0.
    pub header_row: usize,
    /// The headings, named as profiles keep them.
    pub headings: Vec<String>,
}

impl<'a> DeviceList<'a> {
    /// Lays a file out as the profile says; what it leaves open is found. `None` when nothing is in the file.
    #[must_use]
    pub fn new(tables: &'a Tables, profile: &ImportProfile) -> Option<Self> {
        let sheet = tables.sheet(&profile.sheet)?;
        let first = || sheet.rows.iter().position(|row| !row.is_empty()).unwrap_or_default();
        let header_row = match profile.header_row {
            0 => header_row(&sheet.rows).unwrap_or_else(first),
            row => row - 1,
        };
        let headings = heading_names(sheet.rows.get(header_row).map_or(&[], Vec::as_slice));
        Some(Self { sheet, header_row, headings })
    }

    /// The rows below the headings, with their numbers in the file.
    pub fn rows(&self) -> impl Iterator<Item = SourceRow<'a>> + use<'a> {
        let below = self.header_row + 1;
        let rows = self.sheet.rows.iter().enumerate().skip(below);
        rows.map(|(at, cells)| SourceRow { number: at + 1, cells })
    }
}

/// A profile made from the file alone: the sheet whose headings say most, and what they seem to mean.
#[must_use]
pub fn guessed_profile(tables: &Tables) -> ImportProfile {
    let tried = tables.sheets.iter().filter(|sheet| !sheet.rows.is_empty()).map(|sheet| {
        let profile = ImportProfile { sheet: sheet.name.clone(), ..ImportProfile::default() };
        let columns = DeviceList::new(tables, &profile).map_or(Vec::new(), |list| guess(&list.headings));
        ImportProfile { columns, ..profile }
    });
    // The first of equals.
    let best = tried.reduce(|best, next| if next.columns.len() > best.columns.len() { next } else { best });
    best.unwrap_or_default()
}
