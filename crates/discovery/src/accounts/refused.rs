//! Why a list of people is not read.

use super::Field;
use crate::ldif::LdifRefused;
use crate::tables::TableRefused;
use hakutaku_model::accounts::MOST_ACCOUNTS;
use hakutaku_model::text::Text;

/// Why a list is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountsRefused {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableRefused),
    /// The LDIF.
    #[error(transparent)]
    Ldif(#[from] LdifRefused),
    /// No column for the sign-in name.
    #[error("reading the accounts: no column for the sign-in name")]
    NoNameColumn,
    /// Neither names nor staff numbers.
    #[error("reading the leavers: no column for name or staff number")]
    NoLeaverColumn,
    /// No account in it.
    #[error("reading the accounts: nothing in it")]
    Nothing,
    /// More than is kept.
    #[error("reading the accounts: more than {MOST_ACCOUNTS}")]
    TooMany,
    /// Something wrong with one row.
    #[error("reading the accounts: row {row}: {}", .reason.en)]
    Row {
        /// Its number in the file, from 1.
        row: usize,
        /// Which column.
        field: Field,
        /// What is wrong and what to do.
        reason: Text,
    },
}

impl AccountsRefused {
    /// The reason in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Table(table) => table.text(),
            Self::Ldif(ldif) => ldif.text(),
            Self::NoNameColumn => Text::new(
                "IDの列が見つかりません。見出しを「ID」か「sAMAccountName」にするか、列を選んでください。",
                "There is no column with sign-in names. Call it “ID” or “sAMAccountName”, or choose the column.",
            ),
            Self::NoLeaverColumn => Text::new(
                "氏名か職員番号の列が見つかりません。見出しを「氏名」「職員番号」「退職日」にしてください。",
                "There is no column with names or staff numbers. Use the headings “Name”, “Staff number” and “Left on”.",
            ),
            Self::Nothing => Text::new(
                "一覧に誰もいません。別のファイルを選んでください。",
                "Nobody is in the list. Please choose another file.",
            ),
            Self::TooMany => Text::new(
                format!("多すぎます（{MOST_ACCOUNTS}件まで）。コンピューターのアカウントなどを除いてください。"),
                format!("Too many (at most {MOST_ACCOUNTS}). Leave out accounts of computers and the like."),
            ),
            Self::Row { row, field, reason } => {
                let title = field.title();
                Text::new(
                    format!("{row}行目「{}」：{}", title.ja, reason.ja),
                    format!("Row {row}, {}: {}", title.en, reason.en),
                )
            }
        }
    }
}
