//! The workbook to fill in with Excel or LibreOffice, and reading it back.
//!
//! Written once ([`questionnaire_workbook`]), saved by whatever program, read back as a dry run ([`read_workbook`]): a
//! verdict per row, nothing changed. The reader goes by the words of the header row and by question ids, never by
//! positions, because people move, sort and delete.

mod layout;
mod preview;
mod read;
mod refused;
mod sheet;
mod write;

use hakutaku_discovery::file_guard::{self, Limits};
pub(crate) use layout::cell_name;
pub use preview::{ImportCounts, ImportPreview, ImportRow, Verdict};
pub use read::read_workbook;
pub use refused::{CellProblem, CellRef, ImportRefused};
pub(crate) use sheet::{Sheet, Value};
pub use write::questionnaire_workbook;

/// The cells of a workbook that passed the guard.
pub(crate) fn checked_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ImportRefused> {
    file_guard::check(bytes, &Limits::FORM)?;
    sheet::sheets(bytes)
}

/// Why a workbook could not be written: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing the workbook")]
pub struct WorkbookError(#[from] rust_xlsxwriter::XlsxError);
