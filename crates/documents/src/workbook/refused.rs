//! Why a file or a cell is refused, as sentences.

use super::guard::{LARGEST_FILE, LARGEST_UNPACKED};
use hakutaku_model::text::Lang;

/// A cell by sheet and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRef {
    /// Name of the sheet.
    pub sheet: String,
    /// `F12`.
    pub cell: String,
}

impl CellRef {
    fn named(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => format!("{}シート {}", self.sheet, self.cell),
            Lang::En => format!("sheet “{}” {}", self.sheet, self.cell),
        }
    }
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellProblem {
    /// Neither 0–3 nor NA.
    NotALevel {
        /// What stands there, shortened.
        found: String,
    },
    /// A formula that ended in an error.
    FormulaError,
    /// NA without a reason.
    ReasonMissing,
    /// A reason, but no NA.
    AnswerMissing,
    /// A reason longer than the limit.
    ReasonTooLong {
        /// Most characters.
        limit: usize,
    },
    /// An id this questionnaire does not have.
    UnknownQuestion {
        /// What stands there, shortened.
        found: String,
    },
    /// The same id a second time.
    RepeatedQuestion {
        /// The cell of the first.
        first: String,
    },
    /// An answer in a row without an id.
    QuestionMissing,
}

impl CellProblem {
    /// The problem with its cell, as a sentence that says what to do.
    #[must_use]
    pub fn sentence(&self, at: &CellRef, lang: Lang) -> String {
        let cell = at.named(lang);
        match (self, lang) {
            (Self::NotALevel { found }, Lang::Ja) => {
                format!("{cell}: 0〜3 または NA を入れてください（いまの値: 「{found}」）。")
            }
            (Self::NotALevel { found }, Lang::En) => {
                format!("{cell}: please enter 0 to 3, or NA (it holds “{found}”).")
            }
            (Self::FormulaError, Lang::Ja) => {
                format!("{cell}: 計算式がエラーになっています。0〜3 または NA を入れてください。")
            }
            (Self::FormulaError, Lang::En) => {
                format!("{cell}: the formula ends in an error. Please enter 0 to 3, or NA.")
            }
            (Self::ReasonMissing, Lang::Ja) => format!("{cell}: 該当なし（NA）の理由を書いてください。"),
            (Self::ReasonMissing, Lang::En) => format!("{cell}: please write why the question does not apply (NA)."),
            (Self::AnswerMissing, Lang::Ja) => {
                format!("{cell}: 理由だけが書かれています。該当なしなら NA、そうでなければ 0〜3 を入れてください。")
            }
            (Self::AnswerMissing, Lang::En) => {
                format!("{cell}: there is a reason but no answer. Please enter NA, or 0 to 3.")
            }
            (Self::ReasonTooLong { limit }, Lang::Ja) => format!("{cell}: 理由は{limit}文字までにしてください。"),
            (Self::ReasonTooLong { limit }, Lang::En) => {
                format!("{cell}: please keep the reason to {limit} characters.")
            }
            (Self::UnknownQuestion { found }, Lang::Ja) => {
                format!(
                    "{cell}: 質問番号「{found}」はこの質問票にありません。書き出したファイルの番号に戻してください。"
                )
            }
            (Self::UnknownQuestion { found }, Lang::En) => {
                format!(
                    "{cell}: this questionnaire has no question “{found}”. Please restore the id from the exported file."
                )
            }
            (Self::RepeatedQuestion { first }, Lang::Ja) => {
                format!("{cell}: 同じ質問が {first} にもあります。どちらか一つの行だけを残してください。")
            }
            (Self::RepeatedQuestion { first }, Lang::En) => {
                format!("{cell}: the same question also stands in {first}. Please keep one of the two rows.")
            }
            (Self::QuestionMissing, Lang::Ja) => {
                format!("{cell}: 回答がありますが、質問番号がありません。書き出したファイルの番号に戻してください。")
            }
            (Self::QuestionMissing, Lang::En) => {
                format!("{cell}: there is an answer but no question id. Please restore the id from the exported file.")
            }
        }
    }
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportRefused {
    /// Nothing in it.
    #[error("reading the workbook: the file is empty")]
    Empty,
    /// More than the limit.
    #[error("reading the workbook: the file has {bytes} bytes")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// Not a spreadsheet of this kind.
    #[error("reading the workbook: not an xlsx file")]
    NotXlsx,
    /// An old `.xls`.
    #[error("reading the workbook: an old xls file")]
    OldXls,
    /// OpenDocument.
    #[error("reading the workbook: an OpenDocument file")]
    OpenDocument,
    /// Protected by a password.
    #[error("reading the workbook: encrypted")]
    Encrypted,
    /// Holds a program.
    #[error("reading the workbook: holds macros")]
    Macros,
    /// Unpacks to more than the limit, or claims to.
    #[error("reading the workbook: unpacks to too much")]
    Bomb,
    /// More cells, rows or sheets than any form of ours could have.
    #[error("reading the workbook: too many cells")]
    TooManyCells,
    /// Cannot be read.
    #[error("reading the workbook: damaged: {0}")]
    Damaged(String),
    /// A readable workbook that is not ours.
    #[error("reading the workbook: not made by Hakutaku")]
    NotOurs,
    /// Our mark, but the sheet to fill is gone or unrecognisable.
    #[error("reading the workbook: no answer sheet")]
    NoAnswerSheet,
    /// Made by a later version.
    #[error("reading the workbook: format {found} is newer")]
    NewerFormat {
        /// Its format.
        found: String,
    },
    /// Another questionnaire.
    #[error("reading the workbook: questionnaire {found} instead of {expected}")]
    OtherQuestionnaire {
        /// In the file.
        found: String,
        /// Asked for.
        expected: String,
    },
    /// Another edition.
    #[error("reading the workbook: edition {found} instead of {expected}")]
    OtherEdition {
        /// In the file.
        found: String,
        /// Asked for.
        expected: String,
    },
}

impl ImportRefused {
    /// The reason as a sentence that says what to do.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.in_japanese(),
            Lang::En => self.in_english(),
        }
    }

    fn in_japanese(&self) -> String {
        let again = "この画面から書き出したファイルに書いて、もう一度選んでください。";
        match self {
            Self::Empty => "ファイルが空です。保存し直してから選んでください。".to_owned(),
            Self::TooLarge { .. } => {
                format!(
                    "ファイルが大きすぎます（{}MBまで）。画像などを貼っていたら外してください。",
                    LARGEST_FILE >> 20
                )
            }
            Self::NotXlsx => format!("Excelのファイル（xlsx）ではありません。{again}"),
            Self::OldXls => {
                "古い形式（xls）です。Excelで開き、「Excelブック（xlsx）」として保存し直してください。".to_owned()
            }
            Self::OpenDocument => {
                "OpenDocument形式です。「Excel 2007-365（xlsx）」として保存し直してください。".to_owned()
            }
            Self::Encrypted => "パスワードで保護されています。パスワードを外して保存し直してください。".to_owned(),
            Self::Macros => {
                "マクロの入ったファイルは取り込めません。「Excelブック（xlsx）」として保存し直してください。".to_owned()
            }
            Self::Bomb => {
                format!("展開すると大きくなりすぎるファイルです（{}MBまで）。{again}", LARGEST_UNPACKED >> 20)
            }
            Self::TooManyCells => format!("セルやシートが多すぎます。余分なシートや行を消すか、{again}"),
            Self::Damaged(_) => format!("ファイルが壊れていて読めません。{again}"),
            Self::NotOurs => format!("このシステムから書き出したファイルではありません。{again}"),
            Self::NoAnswerSheet => {
                format!("「回答」のシート、または見出しの行（質問番号・回答）が見つかりません。{again}")
            }
            Self::NewerFormat { .. } => format!("新しい版のシステムで作られたファイルです。{again}"),
            Self::OtherQuestionnaire { found, expected } => {
                format!(
                    "別の質問票のファイルです（ファイル: {found}、いま開いているもの: {expected}）。質問票を確かめてください。"
                )
            }
            Self::OtherEdition { found, expected } => {
                format!("質問票の版が違います（ファイル: {found}版、いまの版: {expected}版）。{again}")
            }
        }
    }

    fn in_english(&self) -> String {
        let again = "Please fill in a file exported from this page and choose it again.";
        match self {
            Self::Empty => "The file is empty. Please save it again and choose it.".to_owned(),
            Self::TooLarge { .. } => {
                format!("The file is too large (at most {} MB). Please take out pasted pictures.", LARGEST_FILE >> 20)
            }
            Self::NotXlsx => format!("This is not an Excel file (xlsx). {again}"),
            Self::OldXls => {
                "This is an old xls file. Please open it and save it as an Excel workbook (xlsx).".to_owned()
            }
            Self::OpenDocument => "This is an OpenDocument file. Please save it as Excel 2007–365 (xlsx).".to_owned(),
            Self::Encrypted => "The file is protected by a password. Please save it without one.".to_owned(),
            Self::Macros => {
                "Files with macros are not accepted. Please save it as an Excel workbook (xlsx).".to_owned()
            }
            Self::Bomb => format!("The file unpacks to too much (at most {} MB). {again}", LARGEST_UNPACKED >> 20),
            Self::TooManyCells => format!("The file has too many cells or sheets. Please delete extra ones. {again}"),
            Self::Damaged(_) => format!("The file is damaged and cannot be read. {again}"),
            Self::NotOurs => format!("This file was not exported from this system. {again}"),
            Self::NoAnswerSheet => {
                format!("The answer sheet or its header row (Question ID, Answer) is missing. {again}")
            }
            Self::NewerFormat { .. } => format!("The file was made by a newer version of the system. {again}"),
            Self::OtherQuestionnaire { found, expected } => {
                format!(
                    "The file is for another questionnaire ({found}); this one is {expected}. Please check which you want."
                )
            }
            Self::OtherEdition { found, expected } => {
                format!("The file is for edition {found}; this is edition {expected}. {again}")
            }
        }
    }
}
