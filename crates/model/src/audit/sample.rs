//! Samples that nobody can have picked: drawn by a hash that anybody can compute again.
//!
//! The rule: for every id of the population compute SHA-256 over the seed, one line feed (0x0A) and the id, all UTF-8;
//! order by that number, smallest first; take as many as wanted. The same seed and the same ids give the same sample on
//! any machine, in any order of the ids; `printf '%s\n%s' SEED ID | sha256sum` checks one line.

use crate::corrective::Deed;
use crate::id::RecordId;
use crate::journal::Hash;
use crate::known::keyed;
use crate::record::Register;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

keyed! {
    /// What is drawn from.
    SampledFrom {
        /// Accounts of the imported account lists.
        #[default]
        Accounts = "accounts", "アカウント", "Accounts";
        /// Devices of the ledger.
        Devices = "devices", "機器", "Devices";
        /// Restore tests.
        RestoreTests = "restore-tests", "復元テスト", "Restore tests";
        /// Vendors.
        Vendors = "vendors", "事業者", "Vendors";
    }
}

/// As the catalogue names it.
pub type Population = SampledFrom;

/// The longest seed, in characters.
pub const LONGEST_SEED: usize = 64;
/// The largest sample.
pub const LARGEST_SAMPLE: usize = 200;

/// One drawn id with the number that put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Which.
    pub id: String,
    /// SHA-256 of seed, line feed and id.
    pub hash: Hash,
}

/// Whether a seed can be typed and printed without doubt: visible ASCII, 1 to 64 characters.
#[must_use]
pub fn seed_is_plain(seed: &str) -> bool {
    (1..=LONGEST_SEED).contains(&seed.len()) && seed.chars().all(|c| c.is_ascii_graphic())
}

/// Draws. An id that stands twice counts once; a population smaller than `size` is taken whole.
#[must_use]
pub fn draw<'a>(ids: impl IntoIterator<Item = &'a str>, size: usize, seed: &str) -> Vec<Drawn> {
    let ids: BTreeSet<&str> = ids.into_iter().collect();
    let mut drawn: Vec<Drawn> = ids
        .into_iter()
        .map(|id| Drawn { id: id.to_owned(), hash: Hash::of(format!("{seed}\n{id}").as_bytes()) })
        .collect();
    drawn.sort_by_key(|one| one.hash.0);
    drawn.truncate(size);
    drawn
}

/// The hash over a whole population: its ids, each once, in byte order, each followed by a line feed.
#[must_use]
pub fn population_hash<'a>(ids: impl IntoIterator<Item = &'a str>) -> Hash {
    let ids: BTreeSet<&str> = ids.into_iter().collect();
    let mut text = String::new();
    for id in ids {
        text.push_str(id);
        text.push('\n');
    }
    Hash::of(text.as_bytes())
}

keyed! {
    /// What was found for one line of a sample.
    SampleResult {
        /// As it should be.
        #[default]
        Right = "right", "問題なし", "As it should be";
        /// Differs from the register or from the rule.
        Wrong = "wrong", "食い違い・問題あり", "Differs or wrong";
        /// Could not be looked at; the remark says why.
        NotSeen = "not-seen", "確かめられない", "Could not be seen";
    }
}

/// One line of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Which, as in the population.
    pub id: String,
    /// The number that put it there.
    pub hash: Hash,
    /// What people call it.
    pub label: String,
    /// What the register said when it was drawn: name of the field in the register, value.
    pub said: Vec<(String, String)>,
    /// What was found.
    #[serde(default)]
    pub result: Option<SampleResult>,
    /// What was seen.
    #[serde(default)]
    pub remark: String,
    /// Who looked, when.
    #[serde(default)]
    pub seen: Option<Deed>,
}

/// A sample. KIND `audit-sample`. The ids it was drawn from are in [`SamplePopulation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The audit.
    pub audit: RecordId,
    /// The item it is for; empty: for the audit as a whole.
    #[serde(default)]
    pub item: String,
    /// What it is drawn from.
    pub from: SampledFrom,
    /// The seed.
    pub seed: String,
    /// Whether a person typed the seed (dice, a newspaper's number) instead of letting the product draw it.
    #[serde(default)]
    pub seed_typed: bool,
    /// How many were wanted.
    pub size: u32,
    /// How many there were.
    pub population: u32,
    /// The hash over all ids.
    pub population_hash: Hash,
    /// Where the ids are kept.
    pub ids: RecordId,
    /// How many samples of the same kind this audit had drawn before; a second draw has to be explained.
    #[serde(default)]
    pub before: u32,
    /// Why it was drawn again.
    #[serde(default)]
    pub why_again: String,
    /// Who drew it, when.
    pub drawn: Deed,
    /// The lines.
    pub rows: Vec<SampleRow>,
}

impl Register for Sample {
    const KIND: &'static str = "audit-sample";
    fn label(&self) -> String {
        format!("{} {}", self.from.key(), self.seed)
    }
}

impl Sample {
    /// Whether the lines are those that the seed draws from these ids.
    #[must_use]
    pub fn is_drawn_from<'a>(&self, ids: impl IntoIterator<Item = &'a str> + Clone) -> bool {
        let drawn = draw(ids.clone(), self.size as usize, &self.seed);
        population_hash(ids) == self.population_hash
            && drawn.len() == self.rows.len()
            && drawn.iter().zip(&self.rows).all(|(drawn, row)| drawn.id == row.id && drawn.hash == row.hash)
    }

    /// Lines of each result: right, wrong, not seen, open.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let of = |wanted| self.rows.iter().filter(|row| row.result == wanted).count();
        [of(Some(SampleResult::Right)), of(Some(SampleResult::Wrong)), of(Some(SampleResult::NotSeen)), of(None)]
    }
}

/// The ids a sample was drawn from. KIND `audit-population`. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplePopulation {
    /// The audit.
    pub audit: RecordId,
    /// What they are.
    pub from: SampledFrom,
    /// All ids, each once, in byte order.
    pub ids: Vec<String>,
}

impl Register for SamplePopulation {
    const KIND: &'static str = "audit-population";
    fn label(&self) -> String {
        format!("{} ({})", self.from.key(), self.ids.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn anybody_can_compute_a_sample_again() {
        // printf '%s\n%s' 2026-autumn C | sha256sum, and so on: the hashes decide, not the order of the list.
        let drawn = draw(["A", "B", "C", "D"], 2, "2026-autumn");
        let by_hand = |id: &str| Hash::of(format!("2026-autumn\n{id}").as_bytes());
        let mut all = ["A", "B", "C", "D"].map(|id| (by_hand(id).to_string(), id));
        all.sort_unstable();
        assert_eq!(drawn.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [all[0].1, all[1].1]);
        assert_eq!(drawn[0].hash, by_hand(all[0].1));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // printf '%s\n%s' seed id | sha256sum
        let drawn = draw(["id"], 1, "seed");
        assert_eq!(drawn[0].hash.to_string(), "2edb76a03092eb9d0d83fdfa24e4b266d4eefc939706a241e6054f6915957a84");
    }

    #[test]
    fn a_small_population_is_taken_whole_and_a_double_counts_once() {
        assert_eq!(draw(["A", "B", "A"], 10, "x").len(), 2);
        assert!(draw([], 10, "x").is_empty());
        assert!(draw(["A"], 0, "x").is_empty());
    }

    #[test]
    fn a_seed_can_be_read_aloud() {
        assert!(seed_is_plain("3f9a") && seed_is_plain("2026-11-21/dice:4-2-6"));
        assert!(!seed_is_plain("") && !seed_is_plain("a b") && !seed_is_plain("種") && !seed_is_plain(&"x".repeat(65)));
    }

    proptest! {
        #[test]
        fn the_order_of_the_list_does_not_matter_and_more_of_the_same_only_adds(
            ids in prop::collection::btree_set("[a-z]{1,6}", 0..40),
            size in 0_usize..20,
            seed in "[a-f0-9]{1,32}",
        ) {
            let forwards: Vec<&str> = ids.iter().map(String::as_str).collect();
            let backwards: Vec<&str> = forwards.iter().rev().copied().collect();
            let drawn = draw(forwards.iter().copied(), size, &seed);
            prop_assert_eq!(&drawn, &draw(backwards, size, &seed));
            prop_assert_eq!(drawn.len(), size.min(ids.len()));
            let more = draw(forwards.iter().copied(), size + 1, &seed);
            prop_assert_eq!(&drawn[..], &more[..drawn.len()]);
        }
    }
}
