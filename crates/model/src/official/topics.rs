//! Which known topic a row of a new form is about: proposed by likeness of words, confirmed by a person.

use crate::catalogue::Catalogue;
use crate::text::folded;
use std::collections::{BTreeMap, BTreeSet};

/// Below this likeness (in percent) nothing is proposed.
pub const LEAST_LIKENESS: u8 = 18;

/// A topic with the sentences that are known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTopic {
    /// Topic id.
    pub id: String,
    /// Its name and the paraphrases of its items in earlier years.
    pub sentences: Vec<String>,
}

/// A proposal with its score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Topic id.
    pub topic: String,
    /// Likeness in percent to the nearest known sentence.
    pub likeness: u8,
}

/// The topics of a catalogue with everything its editions say about them.
#[must_use]
pub fn known_topics(catalogue: &Catalogue) -> Vec<KnownTopic> {
    let mut known: BTreeMap<&str, Vec<String>> =
        catalogue.checklist_topics.iter().map(|(id, topic)| (id.as_str(), vec![topic.title.ja.clone()])).collect();
    for item in catalogue.checklists.iter().flat_map(|edition| &edition.items) {
        if let Some(sentences) = known.get_mut(item.topic.as_str()) {
            sentences.push(item.summary.ja.clone());
        }
    }
    known.into_iter().map(|(id, sentences)| KnownTopic { id: id.to_owned(), sentences }).collect()
}

/// The pairs of neighbouring letters of a text, signs and spaces left out.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = folded(text).chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// How alike two texts are, in percent: shared pairs of letters over all (Dice). 100 for equal texts; the name of a
/// topic that stands whole in the text counts as three quarters at least.
#[must_use]
pub fn likeness(a: &str, b: &str) -> u8 {
    let (left, right) = (pairs(a), pairs(b));
    if left.is_empty() || right.is_empty() {
        return 0;
    }
    let shared = left.intersection(&right).count();
    let dice = shared * 200 / (left.len() + right.len());
    // A short name within a long sentence shares few pairs of all, but all of its own.
    let shorter = left.len().min(right.len());
    let held = if shorter >= 3 && shared == shorter { 75 } else { 0 };
    u8::try_from(dice.max(held).min(100)).unwrap_or(100)
}

/// The likeliest topics of a text, best first, at most three.
#[must_use]
pub fn propose(text: &str, known: &[KnownTopic]) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = known
        .iter()
        .map(|topic| Proposal {
            topic: topic.id.clone(),
            likeness: topic.sentences.iter().map(|sentence| likeness(text, sentence)).max().unwrap_or(0),
        })
        .filter(|proposal| proposal.likeness >= LEAST_LIKENESS)
        .collect();
    found.sort_by(|a, b| b.likeness.cmp(&a.likeness).then_with(|| a.topic.cmp(&b.topic)));
    found.truncate(3);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vec<KnownTopic> {
        [
            ("asset-inventory", "サーバ・端末・ネットワーク機器を台帳で管理している"),
            ("account-cleanup", "退職者や使われていないアカウントを削除している"),
            ("two-factor", "二要素認証を使っている"),
        ]
        .map(|(id, text)| KnownTopic { id: id.into(), sentences: vec![text.into()] })
        .to_vec()
    }

    #[test]
    fn a_sentence_said_otherwise_finds_its_topic() {
        let best = |text: &str| propose(text, &known()).first().map(|p| p.topic.clone());
        assert_eq!(
            best("サーバ、端末PC、ネットワーク機器の台帳管理を行っている。").as_deref(),
            Some("asset-inventory")
        );
        assert_eq!(
            best("退職者や使用していないアカウント等、不要なアカウントを削除又は無効化している。").as_deref(),
            Some("account-cleanup")
        );
        assert_eq!(
            best("二要素認証を実装している。または令和９年度までに実装予定である。").as_deref(),
            Some("two-factor")
        );
    }

    #[test]
    fn what_is_like_nothing_known_is_proposed_nothing() {
        assert!(propose("昼食の献立", &known()).is_empty());
        assert!(propose("", &known()).is_empty());
    }

    #[test]
    fn width_and_half_width_kana_make_no_difference() {
        assert_eq!(likeness("ｻｰﾊﾞの台帳", "サーバの台帳"), 100);
    }

    proptest! {
        #[test]
        fn likeness_is_symmetric_and_at_most_a_hundred(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
            prop_assert!(likeness(&a, &b) <= 100);
        }
    }
}
