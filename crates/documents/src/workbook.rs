//! The workbook to fill in with Excel or LibreOffice, and reading it back.
//!
//! Written once ([`questionnaire_workbook`]), saved by whatever program, read back as a dry run ([`read_workbook`]): a
//! verdict per row, nothing changed. The reader goes by the words of the header row and by question ids, never by
//! positions, because people move, sort and delete.

pub(crate) mod guard;
mod layout;
mod preview;
mod read;
mod refused;
mod sheet;
mod write;

pub use preview::{ImportCounts, ImportPreview, ImportRow, Verdict};
pub use read::read_workbook;
pub use refused::{CellProblem, CellRef, ImportRefused};
pub use write::questionnaire_workbook;

/// Why a workbook could not be written: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing the workbook")]
pub struct WorkbookError(#[from] rust_xlsxwriter::XlsxError);
