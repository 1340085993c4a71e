//! The device ledger as CSV and as a workbook: one row per device, the columns in the order of the product, every cell
//! as an import reads it back. Text cells stay text: nothing in them is run as a formula.

use crate::sheet_style::{head, text_cell};
use crate::tables::{CsvError, Table};
use crate::workbook::WorkbookError;
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::{Asset, Column};
use hakutaku_model::text::{Lang, Text};
use rust_xlsxwriter::{Format, FormatAlign, Workbook};

/// The ledger as CSV (UTF-8 with a byte order mark, CRLF).
///
/// # Errors
/// A defect of the product.
pub fn ledger_csv<'a>(
    assets: impl IntoIterator<Item = &'a Asset>,
    names: &Names,
    lang: Lang,
) -> Result<Vec<u8>, CsvError> {
    let mut table = Table::new(&Column::ALL.map(|column| column.title().get(lang).to_owned()))?;
    for asset in assets {
        table.row(&Column::ALL.map(|column| write(column, asset, names, lang)))?;
    }
    Ok(table.finish())
}

/// The ledger as a workbook of one sheet, with a filter over its columns.
///
/// # Errors
/// A defect of the product, or more rows than a sheet has.
pub fn ledger_workbook<'a>(
    assets: impl IntoIterator<Item = &'a Asset>,
    names: &Names,
    lang: Lang,
) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(Text::new("台帳", "Ledger").get(lang))?;
    let (title, text) = (head(), text_cell());
    let number = Format::new().set_num_format("0").set_align(FormatAlign::Right);
    // Column 0 to 22: no more than the 23 columns of the ledger.
    let columns = || (0_u16..).zip(Column::ALL);
    for (at, column) in columns() {
        sheet.write_string_with_format(0, at, column.title().get(lang), &title)?;
        sheet.set_column_width(at, width(column))?;
    }
    let mut last = 0;
    for (row, asset) in (1_u32..).zip(assets) {
        last = row;
        for (at, column) in columns() {
            let cell = write(column, asset, names, lang);
            match column {
                _ if cell.is_empty() => {}
                Column::RtoHours | Column::RpoHours | Column::ClinicalImportance | Column::RecoveryOrder => {
                    sheet.write_number_with_format(row, at, cell.parse::<u32>().unwrap_or_default(), &number)?;
                }
                _ => {
                    sheet.write_string_with_format(row, at, cell, &text)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 2)?;
    sheet.autofilter(0, 0, last, 22)?;
    Ok(workbook.save_to_buffer()?)
}

fn width(column: Column) -> f64 {
    match column {
        Column::Name | Column::Place | Column::Owner | Column::System | Column::Vendor | Column::Os => 24.0,
        Column::Note => 40.0,
        _ => 16.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader as _};

    fn asset() -> Asset {
        Asset {
            number: "'S-1".to_owned(),
            name: "=HYPERLINK(\"http://x\")".to_owned(),
            place: "@本館,\"3階\"".to_owned(),
            rto_hours: Some(4),
            ..Asset::default()
        }
    }

    #[test]
    fn a_formula_is_escaped_in_csv_and_text_in_the_workbook() {
        let csv = ledger_csv([&asset()], &Names::default(), Lang::Ja).expect("writes");
        let text = String::from_utf8(csv).expect("UTF-8");
        assert!(text.starts_with("\u{feff}管理番号,名称,種類,"), "{text}");
        assert!(
            text.contains("\"'=HYPERLINK(\"\"http://x\"\")\"") && text.contains("\"'@本館,\"\"3階\"\"\""),
            "{text}"
        );
        let xlsx = ledger_workbook([&asset()], &Names::default(), Lang::Ja).expect("writes");
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(xlsx)).expect("opens");
        let sheet = book.worksheet_range("台帳").expect("is there");
        assert_eq!(sheet.get((1, 1)), Some(&Data::String("=HYPERLINK(\"http://x\")".to_owned())));
        assert_eq!(sheet.get((1, 17)), Some(&Data::Float(4.0)));
        let formulas = book.worksheet_formula("台帳").expect("reads");
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()));
    }

    #[test]
    fn an_empty_ledger_is_its_headings() {
        let csv = ledger_csv([], &Names::default(), Lang::En).expect("writes");
        assert_eq!(String::from_utf8(csv).expect("UTF-8").lines().count(), 1);
        ledger_workbook([], &Names::default(), Lang::En).expect("writes");
    }
}
