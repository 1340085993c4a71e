//! What an audit comes to, and what became better since the one before.

use super::{AuditPaper, Folder, Mark};
use crate::journal::Hash;
use crate::record::Kept;
use num_rational::Ratio;
use serde::Serialize;
use std::collections::BTreeMap;

/// Marks, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Conforming.
    pub conforming: u32,
    /// Observations.
    pub observations: u32,
    /// Minor gaps.
    pub minor: u32,
    /// Major gaps.
    pub major: u32,
    /// Not applicable.
    pub not_applicable: u32,
}

/// Counts the marks.
#[must_use]
pub fn tally<'a>(papers: impl IntoIterator<Item = &'a AuditPaper>) -> Tally {
    let mut tally = Tally::default();
    for paper in papers {
        match paper.mark {
            Mark::Conforming => tally.conforming += 1,
            Mark::Observation => tally.observations += 1,
            Mark::Minor => tally.minor += 1,
            Mark::Major => tally.major += 1,
            Mark::NotApplicable => tally.not_applicable += 1,
        }
    }
    tally
}

impl Tally {
    /// Items judged.
    #[must_use]
    pub fn judged(&self) -> u32 {
        self.conforming + self.observations + self.minor + self.major
    }

    /// The result from 0 to 1: conforming and observations count one, a minor gap one half, a major gap nothing, over all
    /// items judged. `None` without any. It compares audits with each other; the verdict stays the auditor's.
    #[must_use]
    pub fn result(&self) -> Option<Ratio<i64>> {
        let judged = self.judged();
        let halves = 2 * (self.conforming + self.observations) + self.minor;
        (judged > 0).then(|| Ratio::new(i64::from(halves), i64::from(2 * judged)))
    }

    /// The result as a number from 0 to 1, for comparing audits.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an audit has fewer than 2^52 items")]
    pub fn share(&self) -> Option<f64> {
        self.result().map(|result| *result.numer() as f64 / *result.denom() as f64)
    }

    /// The result in whole per cent, rounded half up.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let result = self.result()? * 100 + Ratio::new(1, 2);
        u32::try_from(result.floor().to_integer()).ok()
    }
}

/// An item that was looked at in both audits and moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Improvement {
    /// The item.
    pub item: String,
    /// The mark then.
    pub before: Mark,
    /// The mark now.
    pub now: Mark,
}

impl Improvement {
    /// Whether it became better.
    #[must_use]
    pub fn is_better(&self) -> bool {
        self.now.halves() > self.before.halves()
    }
}

/// Items judged in both audits whose mark weighs differently now: the better ones first.
#[must_use]
pub fn improved(before: &[Kept<AuditPaper>], now: &[Kept<AuditPaper>]) -> Vec<Improvement> {
    let then: BTreeMap<&str, Mark> = before.iter().map(|row| (row.body.item.as_str(), row.body.mark)).collect();
    let mut moved: Vec<Improvement> = now
        .iter()
        .filter_map(|row| {
            let before = *then.get(row.body.item.as_str())?;
            let one = Improvement { item: row.body.item.clone(), before, now: row.body.mark };
            let both = before.halves().is_some() && one.now.halves().is_some();
            (both && before.halves() != one.now.halves()).then_some(one)
        })
        .collect();
    moved.sort_by(|a, b| b.is_better().cmp(&a.is_better()).then_with(|| a.item.cmp(&b.item)));
    moved
}

/// The hash over everything in the folder, in the order of the rows' ids: whoever has the rows can compute it again.
#[must_use]
pub fn seal(folder: Folder<'_>) -> Hash {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(folder.papers.iter().map(line));
    lines.extend(folder.samples.iter().map(line));
    lines.extend(folder.interviews.iter().map(line));
    lines.extend(folder.findings.iter().map(line));
    lines.sort_unstable();
    Hash::of(lines.join("\n").as_bytes())
}

fn line<T: Serialize>(row: &Kept<T>) -> String {
    // None of these types can fail to become JSON.
    format!("{} {}", row.id, serde_json::to_string(&row.body).unwrap_or_default())
}
