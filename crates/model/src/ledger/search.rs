//! How rows are found and put in order.

use super::{Asset, Column};
use crate::text::folded;

/// A text as it is searched: folded, and katakana as hiragana, so that `ｶﾙﾃ`, `カルテ` and `かるて` are one. Control characters are left out: no row holds any, and one of the databases cannot be asked for them.
#[must_use]
pub fn key(text: &str) -> String {
    folded(text)
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| match c {
            // The two rows of kana lie 0x60 apart; ヷ to ヺ have no hiragana.
            'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// All texts of a row, each as its key, on lines of their own so that no match reaches from one into the next.
#[must_use]
pub fn text(asset: &Asset) -> String {
    let texts = Column::ALL.into_iter().filter_map(|column| asset.text(column)).filter(|text| !text.is_empty());
    texts.map(key).collect::<Vec<_>>().join("\n")
}

/// The words of a search; a row is found when each of them stands somewhere in it.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    key(typed).split_whitespace().take(20).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_kana_and_case_do_not_matter() {
        for typed in ["ｶﾙﾃ", "カルテ", "かるて"] {
            assert_eq!(key(typed), "かるて");
        }
        assert_eq!(key("ＰＣ−００１"), key("pc−001"));
        assert_eq!(key("㈱𠮷野ヴェール"), "(株)𠮷野ゔぇーる");
    }

    #[test]
    fn a_match_does_not_reach_from_one_field_into_the_next() {
        let asset = Asset { number: "A1".to_owned(), name: "B2".to_owned(), ..Asset::default() };
        assert_eq!(text(&asset), "a1\nb2");
        assert_eq!(words(" ﾅｰｽ　コール "), ["なーす", "こーる"]);
    }
}
