//! Who got a notice, opened it, understood it, acted: folded from what was recorded, in any order.

use super::Notice;
use crate::id::FacilityId;
use crate::known::keyed;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

keyed! {
    /// How far a facility is with a notice. Each includes those before it.
    Stage {
        /// The facility's program or mailbox has it.
        #[default]
        Delivered = "delivered", "届いた", "Delivered";
        /// Somebody opened it.
        Opened = "opened", "開いた", "Opened";
        /// Somebody said: read and understood.
        Understood = "understood", "読んで理解した", "Understood";
        /// Somebody said: done, or does not concern us.
        Acted = "acted", "対応した", "Acted";
    }
}

/// One thing that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Receipt {
    /// Of which facility.
    pub facility: FacilityId,
    /// Of which edition.
    pub edition: u32,
    /// What.
    pub stage: Stage,
    /// When.
    pub at: Ts,
    /// Who: a person's name, or empty where nobody acted (delivery).
    pub by: String,
    /// Told to the centre on the telephone or by FAX, and written down there by this person.
    pub taken_by: Option<String>,
}

/// How far one facility is with the newest edition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Each stage reached, with the first receipt that shows it.
    pub reached: BTreeMap<Stage, Receipt>,
    /// The furthest stage that an earlier edition reached: such a reader must be told what changed.
    pub earlier: Option<(u32, Stage)>,
}

impl Progress {
    /// The furthest stage.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.reached.keys().next_back().copied()
    }

    /// Whether it is as far as the notice expects.
    #[must_use]
    pub fn is_enough(&self, notice: &Notice) -> bool {
        self.stage().is_some_and(|stage| stage >= notice.expects)
    }

    /// Whether somebody understood or acted on an earlier edition and has not acknowledged this one.
    #[must_use]
    pub fn must_acknowledge_anew(&self) -> bool {
        self.earlier.is_some_and(|(_, stage)| stage >= Stage::Understood)
            && self.stage().is_none_or(|stage| stage < Stage::Understood)
    }
}

/// Folds the receipts of a notice: each facility's progress with its newest edition.
#[must_use]
pub fn progress(edition: u32, receipts: &[Receipt]) -> BTreeMap<FacilityId, Progress> {
    let mut out: BTreeMap<FacilityId, Progress> = BTreeMap::new();
    for receipt in receipts {
        let one = out.entry(receipt.facility).or_default();
        if receipt.edition < edition {
            let said = (receipt.edition, receipt.stage);
            let further = |old: (u32, Stage)| (said.1, said.0) > (old.1, old.0);
            if one.earlier.is_none_or(further) {
                one.earlier = Some(said);
            }
            continue;
        }
        // Of an edition that is not out yet nobody can have read anything.
        if receipt.edition > edition {
            continue;
        }
        // Whoever acted has read: the stages before count as reached at the same moment, unless shown earlier.
        for stage in Stage::ALL.iter().copied().filter(|stage| *stage <= receipt.stage) {
            let first = one.reached.entry(stage).or_insert_with(|| receipt.clone());
            if (receipt.at, receipt) < (first.at, first) {
                *first = receipt.clone();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::notice;
    use super::*;
    use crate::region::correlate::testing::{house, minute};
    use proptest::prelude::*;

    fn receipt(facility: u128, edition: u32, stage: Stage, at: i64) -> Receipt {
        Receipt { facility: house(facility), edition, stage, at: minute(at), by: "看護師長".into(), taken_by: None }
    }

    #[test]
    fn each_stage_has_a_who_and_a_when() {
        let all = [
            receipt(1, 1, Stage::Delivered, 1),
            receipt(1, 1, Stage::Opened, 5),
            receipt(1, 1, Stage::Opened, 9),
            receipt(1, 1, Stage::Understood, 6),
        ];
        let one = progress(1, &all).remove(&house(1)).expect("there");
        assert_eq!(one.stage(), Some(Stage::Understood));
        assert_eq!(one.reached[&Stage::Opened].at, minute(5));
        assert!(!one.is_enough(&notice()), "the notice wants to be acted upon");
    }

    #[test]
    fn whoever_acted_has_read() {
        let one = progress(1, &[receipt(1, 1, Stage::Acted, 7)]).remove(&house(1)).expect("there");
        assert_eq!(one.reached.len(), 4);
        assert!(one.is_enough(&notice()));
    }

    #[test]
    fn a_correction_must_be_acknowledged_anew() {
        let mut all = vec![receipt(1, 1, Stage::Acted, 7), receipt(2, 1, Stage::Opened, 7)];
        let now = progress(2, &all);
        assert!(now[&house(1)].must_acknowledge_anew() && now[&house(1)].stage().is_none());
        assert!(!now[&house(2)].must_acknowledge_anew(), "had not acknowledged the first either");
        all.push(receipt(1, 2, Stage::Opened, 20));
        assert!(progress(2, &all)[&house(1)].must_acknowledge_anew(), "opening is not acknowledging");
        all.push(receipt(1, 2, Stage::Understood, 21));
        assert!(!progress(2, &all)[&house(1)].must_acknowledge_anew());
    }

    proptest! {
        #[test]
        fn the_order_of_receipts_does_not_matter(
            all in prop::collection::vec((1u128..4, 1u32..4, 0usize..4, 0i64..50), 0..20)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let of = |all: &[(u128, u32, usize, i64)]| {
                let list: Vec<Receipt> = all.iter().map(|(f, e, s, t)| receipt(*f, *e, Stage::ALL[*s], *t)).collect();
                progress(2, &list)
            };
            prop_assert_eq!(of(&all.0), of(&all.1));
        }
    }
}
