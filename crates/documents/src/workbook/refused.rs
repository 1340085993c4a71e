//! Why a file or a cell is refused, as sentences.

use hakutaku_discovery::file_guard::FileRefused;
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
    /// The file itself: no workbook, protected, too large, damaged.
    #[error(transparent)]
    File(#[from] FileRefused),
    /// More cells, rows or sheets than any form of ours could have.
    #[error("reading the workbook: too many cells")]
    TooManyCells,
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
            Self::File(file) => match file {
                FileRefused::NotXlsx | FileRefused::Bomb { .. } | FileRefused::Damaged(_) => {
                    format!("{}{again}", file.sentence(Lang::Ja))
                }
                other => other.sentence(Lang::Ja),
            },
            Self::TooManyCells => format!("セルやシートが多すぎます。余分なシートや行を消すか、{again}"),
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
            Self::File(file) => match file {
                FileRefused::NotXlsx | FileRefused::Bomb { .. } | FileRefused::Damaged(_) => {
                    format!("{} {again}", file.sentence(Lang::En))
                }
                other => other.sentence(Lang::En),
            },
            Self::TooManyCells => format!("The file has too many cells or sheets. Please delete extra ones. {again}"),
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
