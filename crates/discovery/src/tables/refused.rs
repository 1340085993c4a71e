//! Why a table is not read, as sentences.

use super::{LARGEST_FILE, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS};
use crate::file_guard::FileRefused;
use hakutaku_model::text::{Lang, Text};

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableRefused {
    /// The spreadsheet file itself.
    #[error(transparent)]
    File(#[from] FileRefused),
    /// A text file beyond the limit.
    #[error("reading the table: the file has {bytes} bytes")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// A picture, a PDF, a program …
    #[error("reading the table: neither text nor a workbook")]
    NotATable,
    /// Text in no encoding we know.
    #[error("reading the table: the characters of line {line} cannot be read")]
    UnknownEncoding {
        /// Where it was noticed first, from 1.
        line: usize,
    },
    /// No filled cell.
    #[error("reading the table: nothing in it")]
    NothingInIt,
    /// Too long.
    #[error("reading the table: sheet {sheet:?} has too many rows")]
    TooManyRows {
        /// Which sheet.
        sheet: String,
    },
    /// Too wide.
    #[error("reading the table: row {row} of sheet {sheet:?} has too many columns")]
    TooManyColumns {
        /// Which sheet.
        sheet: String,
        /// Which row, from 1.
        row: usize,
    },
    /// Too much in one cell: often a quotation mark that is never closed.
    #[error("reading the table: the cell in row {row}, column {column} is too long")]
    CellTooLong {
        /// Which row, from 1.
        row: usize,
        /// Which column, from 1.
        column: usize,
    },
    /// Too much in all.
    #[error("reading the table: too many cells or sheets")]
    TooManyCells,
}

impl TableRefused {
    /// The reason in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.sentence(Lang::Ja), self.sentence(Lang::En))
    }

    /// The reason as a sentence that says what to do.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.in_japanese(),
            Lang::En => self.in_english(),
        }
    }

    fn in_japanese(&self) -> String {
        match self {
            Self::File(file) => file.sentence(Lang::Ja),
            Self::TooLarge { .. } => {
                format!("ファイルが大きすぎます（{}MBまで）。分けてから取り込んでください。", LARGEST_FILE >> 20)
            }
            Self::NotATable => {
                "表のファイルではありません。Excelブック（xlsx）かCSVとして保存したものを選んでください。".to_owned()
            }
            Self::UnknownEncoding { line } => format!(
                "{line}行目の文字が読めません（文字コードがUTF-8、UTF-16、Shift_JISのどれでもありません）。Excelで開き、「CSV UTF-8」として保存し直してください。"
            ),
            Self::NothingInIt => "ファイルに何も書かれていません。別のファイルを選んでください。".to_owned(),
            Self::TooManyRows { sheet } => {
                format!("{}行が多すぎます（{MOST_ROWS}行まで）。分けてから取り込んでください。", of_sheet_ja(sheet))
            }
            Self::TooManyColumns { sheet, row } => {
                format!(
                    "{}{row}行目の列が多すぎます（{MOST_COLUMNS}列まで）。余分な列を消してください。",
                    of_sheet_ja(sheet)
                )
            }
            Self::CellTooLong { row, column } => format!(
                "{row}行{column}列のセルが長すぎます（{LONGEST_CELL}文字まで）。引用符（\"）の閉じ忘れがないか確かめてください。"
            ),
            Self::TooManyCells => {
                "セルやシートが多すぎます。必要な列とシートだけにして、保存し直してください。".to_owned()
            }
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::File(file) => file.sentence(Lang::En),
            Self::TooLarge { .. } => {
                format!("The file is too large (at most {} MB). Please split it.", LARGEST_FILE >> 20)
            }
            Self::NotATable => "This is not a table. Please choose an Excel workbook (xlsx) or a CSV file.".to_owned(),
            Self::UnknownEncoding { line } => format!(
                "The characters of line {line} cannot be read (neither UTF-8, UTF-16 nor Shift_JIS). Please open the file in Excel and save it as “CSV UTF-8”."
            ),
            Self::NothingInIt => "There is nothing in the file. Please choose another one.".to_owned(),
            Self::TooManyRows { sheet } => {
                format!("{}There are too many rows (at most {MOST_ROWS}). Please split the file.", of_sheet_en(sheet))
            }
            Self::TooManyColumns { sheet, row } => format!(
                "{}Row {row} has too many columns (at most {MOST_COLUMNS}). Please delete what is not needed.",
                of_sheet_en(sheet)
            ),
            Self::CellTooLong { row, column } => format!(
                "The cell in row {row}, column {column} is too long (at most {LONGEST_CELL} characters). Check for a quotation mark that is never closed."
            ),
            Self::TooManyCells => {
                "There are too many cells or sheets. Please keep only what is needed and save again.".to_owned()
            }
        }
    }
}

fn of_sheet_ja(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("「{name}」シート：") }
}

fn of_sheet_en(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("Sheet “{name}”: ") }
}
