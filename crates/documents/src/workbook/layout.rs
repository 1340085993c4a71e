//! What writer and reader agree on: names of sheets and columns in both languages, keys of the file's own sheet.

use hakutaku_model::text::{Lang, Text};

/// The first cell of the sheet that says whose file this is.
pub(crate) const MARKER: &str = "hakutaku-workbook";
/// The layout described here.
pub(crate) const FORMAT_VERSION: u32 = 1;
/// Keys of the file's own sheet.
pub(crate) const KEY_FORMAT: &str = "format";
pub(crate) const KEY_QUESTIONNAIRE: &str = "questionnaire";
pub(crate) const KEY_EDITION: &str = "edition";

/// A column of the sheet to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Id,
    Field,
    Question,
    Level(u8),
    Answer,
    Reason,
    Note,
}

impl Column {
    /// In the order in which they are written.
    pub(crate) const ALL: [Self; 10] = [
        Self::Id,
        Self::Field,
        Self::Question,
        Self::Level(0),
        Self::Level(1),
        Self::Level(2),
        Self::Level(3),
        Self::Answer,
        Self::Reason,
        Self::Note,
    ];

    /// The position at which it is written.
    pub(crate) fn index(self) -> u16 {
        match self {
            Self::Id => 0,
            Self::Field => 1,
            Self::Question => 2,
            Self::Level(level) => 3 + u16::from(level),
            Self::Answer => 7,
            Self::Reason => 8,
            Self::Note => 9,
        }
    }

    /// The word in the header row.
    pub(crate) fn title(self, lang: Lang) -> String {
        let words = match self {
            Self::Id => Text::new("質問番号", "Question ID"),
            Self::Field => Text::new("分野", "Field"),
            Self::Question => Text::new("質問", "Question"),
            Self::Level(level) => Text::new(level.to_string(), level.to_string()),
            Self::Answer => Text::new("回答", "Answer"),
            Self::Reason => Text::new("該当なしの理由", "Why not applicable"),
            Self::Note => Text::new("メモ", "Note"),
        };
        words.get(lang).to_owned()
    }

    /// Recognises a header cell in either language.
    pub(crate) fn recognise(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        Self::ALL
            .into_iter()
            .find(|column| [Lang::Ja, Lang::En].into_iter().any(|lang| column.title(lang).eq_ignore_ascii_case(cell)))
    }
}

/// Names of the three sheets.
pub(crate) fn answers_sheet(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "回答",
        Lang::En => "Answers",
    }
}

pub(crate) fn help_sheet(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "書き方",
        Lang::En => "How to fill in",
    }
}

pub(crate) fn own_sheet(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ファイル情報",
        Lang::En => "About this file",
    }
}

/// `H12` for row 11, column 7 (both from zero).
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_the_spreadsheet_names_them() {
        assert_eq!(cell_name(11, 5), "F12");
        assert_eq!(cell_name(0, 25), "Z1");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
    }

    #[test]
    fn header_words_are_recognised_in_both_languages() {
        assert_eq!(Column::recognise(" 回答 "), Some(Column::Answer));
        assert_eq!(Column::recognise("question id"), Some(Column::Id));
        assert_eq!(Column::recognise("3"), Some(Column::Level(3)));
        assert_eq!(Column::recognise("別の列"), None);
    }
}
