//! What an open store counts of itself, for `/metrics`: how long the database takes, and what came from sensors.

use crate::Store;
use hakutaku_model::figures::Histogram;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Counters since the store was opened. Nothing in it tells who or what.
#[derive(Debug, Default)]
pub struct Meter {
    /// How long readings of the database took, the wait for a connection included.
    pub reading: Histogram,
    /// How long changes took, to the flushed commit.
    pub changing: Histogram,
    /// Touches that were kept.
    pub touches: Counter,
    /// Touches that were there already.
    pub touches_again: Counter,
    /// Breaks found in chains.
    pub faults: Counter,
}

/// Only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: usize) {
        self.0.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Adds how long it lived, also when what was measured failed or was given up.
pub(crate) struct Timed<'a> {
    into: &'a Histogram,
    begun: Instant,
}

impl<'a> Timed<'a> {
    pub(crate) fn into(into: &'a Histogram) -> Self {
        Self { into, begun: Instant::now() }
    }
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        self.into.add(self.begun.elapsed());
    }
}

impl Store {
    /// What this store counted since it was opened.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        self.shared_meter()
    }
}
