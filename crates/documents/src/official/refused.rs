//! Why an official file is not read or filled, as sentences.

use crate::workbook::ImportRefused;
use hakutaku_discovery::file_guard::FileRefused;
use hakutaku_model::text::{Lang, Text};

/// Why a file is not read or filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormRefused {
    /// Not a harmless spreadsheet of a sane size.
    #[error("reading the official form")]
    File(#[from] ImportRefused),
    /// The profile names a sheet that is not there.
    #[error("filling the official form: no sheet {0}")]
    NoSheet(String),
    /// A row holds another item than the profile expects: another file, or an edited one.
    #[error("filling the official form: row {row} holds another item than the profile says")]
    OtherItem {
        /// Row from 1.
        row: u32,
        /// What stands there, shortened.
        found: String,
    },
    /// The profile names a cell that is none.
    #[error("filling the official form: {0} is not a cell")]
    NotACell(String),
    /// A cell of the profile holds a formula, which must not be overwritten.
    #[error("filling the official form: {0} holds a formula")]
    Formula(String),
    /// The answers do not fit the form.
    #[error("filling the official form: the answers do not fit")]
    Answers(Vec<Text>),
    /// Two answers would go into the same cell.
    #[error("filling the official form: {0} would be written twice")]
    Twice(String),
    /// A text no longer holds the words or blanks the profile expects.
    #[error("filling the official form: {cell} lacks {what}")]
    NoBlank {
        /// The cell.
        cell: String,
        /// What was looked for.
        what: String,
    },
}

impl FormRefused {
    /// The reason as sentences that say what to do.
    #[must_use]
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        if let Self::Answers(problems) = self {
            return problems.iter().map(|text| text.get(lang).to_owned()).collect();
        }
        vec![self.text().get(lang).to_owned()]
    }

    fn text(&self) -> Text {
        match self {
            Self::File(refused) => file(refused),
            Self::NoSheet(name) => Text::new(
                format!("「{name}」というシートがありません。対応づけを作ったときと同じ様式か確かめてください。"),
                format!("There is no sheet “{name}”. Please check that this is the form the profile was made for."),
            ),
            Self::OtherItem { row, found } => Text::new(
                format!(
                    "{row}行目が、対応づけを作ったときの項目と違います（いまの文: 「{found}」）。この様式で対応づけを作り直してください。"
                ),
                format!(
                    "Row {row} holds another item than when the profile was made (now: “{found}”). Please make a profile for this form."
                ),
            ),
            Self::NotACell(cell) => Text::new(
                format!("「{cell}」はセルの名前ではありません。E12 のように書いてください。"),
                format!("“{cell}” is not the name of a cell. Please write it like E12."),
            ),
            Self::Formula(cell) => Text::new(
                format!("{cell} には計算式が入っているため、書き込みません。対応づけでほかのセルを選んでください。"),
                format!("{cell} holds a formula and is not overwritten. Please choose another cell in the profile."),
            ),
            Self::Twice(cell) => Text::new(
                format!("{cell} に二つの答えを書くことになります。対応づけを直してください。"),
                format!("Two answers would go into {cell}. Please correct the profile."),
            ),
            Self::NoBlank { cell, what } => Text::new(
                format!("{cell} に「{what}」が見つかりません。何も書かれていない様式を選んでください。"),
                format!("{cell} does not hold “{what}”. Please choose the blank form."),
            ),
            // Handled by `sentences`.
            Self::Answers(_) => Text::default(),
        }
    }
}

/// The same reasons as for our own workbooks, but without asking for a file of ours.
fn file(refused: &ImportRefused) -> Text {
    let again = Text::new(
        "厚生労働省のページからダウンロードし直したファイルを選んでください。",
        "Please choose the file as downloaded from the ministry's page.",
    );
    let with = |ja: &str, en: &str| Text::new(format!("{ja}{}", again.ja), format!("{en} {}", again.en));
    match refused {
        ImportRefused::File(FileRefused::NotXlsx) => {
            with("Excelのファイル（xlsx）ではありません。", "This is not an Excel file (xlsx).")
        }
        ImportRefused::File(FileRefused::Bomb { .. }) => {
            with("展開すると大きくなりすぎるファイルです。", "The file unpacks to too much.")
        }
        ImportRefused::File(FileRefused::Damaged(_)) => {
            with("ファイルが壊れていて読めません。", "The file is damaged and cannot be read.")
        }
        ImportRefused::TooManyCells => with("セルやシートが多すぎます。", "The file has too many cells or sheets."),
        other => Text::new(other.sentence(Lang::Ja), other.sentence(Lang::En)),
    }
}
