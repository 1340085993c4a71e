//! "Are you affected?": one answer for each facility, the newest counts; members see totals in which nobody can be found.

use crate::id::FacilityId;
use crate::known::keyed;
use crate::text::Text;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Members are shown no number smaller than this, and none from which such a number could be computed.
pub const SMALLEST_SHOWN: usize = 5;

keyed! {
    /// Answers to "are you affected?".
    Affected {
        /// Yes.
        Yes = "yes", "はい（影響がある）", "Yes";
        /// Have not found out yet.
        #[default]
        Unsure = "unsure", "調べている・分からない", "Looking, or not known";
        /// No.
        No = "no", "いいえ（影響はない）", "No";
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Answer {
    /// When.
    pub at: Ts,
    /// Which facility.
    pub facility: FacilityId,
    /// What.
    pub affected: Affected,
    /// Who.
    pub by: String,
}

/// The answers, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Who said what last, for the centre.
    pub answers: BTreeMap<FacilityId, Answer>,
    /// Asked and silent.
    pub silent: BTreeSet<FacilityId>,
}

/// Counts the newest answer of each facility that was asked.
#[must_use]
pub fn tally(asked: &BTreeSet<FacilityId>, answers: &[Answer]) -> Tally {
    let mut out: BTreeMap<FacilityId, Answer> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| asked.contains(&answer.facility)) {
        match out.get_mut(&answer.facility) {
            Some(there) if *answer <= *there => {}
            Some(there) => *there = answer.clone(),
            None => {
                out.insert(answer.facility, answer.clone());
            }
        }
    }
    let silent = asked.iter().filter(|id| !out.contains_key(id)).copied().collect();
    Tally { answers: out, silent }
}

impl Tally {
    /// How many answered so.
    #[must_use]
    pub fn count(&self, affected: Affected) -> usize {
        self.answers.values().filter(|answer| answer.affected == affected).count()
    }

    /// For the centre, in one line.
    #[must_use]
    pub fn line(&self) -> Text {
        let [yes, unsure, no] = Affected::ALL else { return Text::default() };
        let (yes, unsure, no, silent) = (self.count(*yes), self.count(*unsure), self.count(*no), self.silent.len());
        Text::new(
            format!("影響あり{yes}・調べている{unsure}・影響なし{no}・未回答{silent}"),
            format!("{yes} yes, {unsure} looking, {no} no, {silent} silent"),
        )
    }

    /// For members: numbers only when each of the four cells is empty or large enough; else only how many answered, and that
    /// only when it is large enough.
    #[must_use]
    pub fn line_for_members(&self) -> Text {
        let small = |count: usize| count > 0 && count < SMALLEST_SHOWN;
        let cells = Affected::ALL.iter().map(|one| self.count(*one)).chain([self.silent.len()]);
        if !cells.into_iter().any(small) {
            return self.line();
        }
        let answered = self.answers.len();
        // The number of those asked is known to all: the silent must not be few either.
        if small(answered) || small(self.silent.len()) || answered == 0 {
            return Text::new(
                "回答を集めています（少ない数は表示しません）。",
                "Answers are being collected (small numbers are not shown).",
            );
        }
        Text::new(
            format!("{answered}施設が回答しました（内訳は少ない数を含むため表示しません）。"),
            format!("{answered} facilities have answered (the split contains small numbers and is not shown)."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::correlate::testing::{house, minute};
    use proptest::prelude::*;

    fn asked(n: u128) -> BTreeSet<FacilityId> {
        (1..=n).map(house).collect()
    }

    fn answer(facility: u128, affected: Affected, at: i64) -> Answer {
        Answer { at: minute(at), facility: house(facility), affected, by: "事務長".into() }
    }

    #[test]
    fn the_newest_answer_counts_and_the_silent_are_known() {
        let all = [
            answer(1, Affected::Unsure, 1),
            answer(1, Affected::Yes, 9),
            answer(2, Affected::No, 3),
            answer(9, Affected::Yes, 1),
        ];
        let count = tally(&asked(3), &all);
        assert_eq!(count.line().ja, "影響あり1・調べている0・影響なし1・未回答1");
        assert_eq!(count.silent, BTreeSet::from([house(3)]));
    }

    #[test]
    fn members_see_no_small_number() {
        let few = tally(&asked(20), &[answer(1, Affected::Yes, 1)]);
        assert!(!few.line_for_members().ja.contains('1'));
        let mut all: Vec<Answer> = (1..=6).map(|n| answer(n, Affected::No, 1)).collect();
        all.push(answer(7, Affected::Yes, 1));
        assert_eq!(
            tally(&asked(20), &all).line_for_members().ja,
            "7施設が回答しました（内訳は少ない数を含むため表示しません）。"
        );
        assert!(!tally(&asked(9), &all).line_for_members().ja.contains('7'), "of nine asked two are silent");
        let many: Vec<Answer> =
            (1..=20).map(|n| answer(n, if n > 10 { Affected::Yes } else { Affected::No }, 1)).collect();
        assert!(tally(&asked(20), &many).line_for_members().ja.contains("影響あり10"));
    }

    proptest! {
        #[test]
        fn the_order_of_answers_does_not_matter(
            all in prop::collection::vec((1u128..5, 0usize..3, 0i64..9), 0..20)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let of = |all: &[(u128, usize, i64)]| {
                let list: Vec<Answer> = all.iter().map(|(f, a, t)| answer(*f, Affected::ALL[*a], *t)).collect();
                tally(&asked(4), &list)
            };
            prop_assert_eq!(of(&all.0), of(&all.1));
        }
    }
}
