//! The correlator as it runs: one process at a time, under a lease that another takes over.
//!
//! Nothing is lost or doubled when a process dies: cases and the marks of what was looked at are written in one transaction;
//! whoever takes over begins with the memory kept last, looks again at what was done since (without writing), and goes on.

use crate::changes::squeezed;
use crate::knowledge::Knowledge;
use hakutaku_model::id::SensorId;
use hakutaku_model::region::correlate::health::{SILENT_MINUTES, silence};
use hakutaku_model::region::correlate::{Arrival, Change, Facts, Memory, Rules, SignalKind, What};
use hakutaku_model::time::Ts;
use hakutaku_store::arrivals::{CORRELATOR, is_lost_lease};
use hakutaku_store::{Act, Result, Store, Waiting};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many seconds after its last sign of life another process takes over.
pub const LEASE_SECONDS: i64 = 10;
/// Arrivals looked at in one transaction: few enough that a case appears at once, many enough for a flood.
const BATCH: u32 = 256;
/// Arrivals read at once when a memory is brought up to date.
const AGAIN: u32 = 1000;
/// The memory is kept after so many arrivals …
const KEEP_AFTER: usize = 5000;
/// … or so many seconds, if there were any.
const KEEP_SECONDS: i64 = 120;
const DAY: i64 = 24 * 60 * 60;

/// What one turn did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Whether this process holds the lease.
    pub leads: bool,
    /// How much was looked at.
    pub seen: usize,
    /// Whether more waits.
    pub more: bool,
    /// What changed, as it was written.
    pub changes: Vec<Change>,
}

/// The memory as it is kept: with the silences that were told, so that none is told twice.
#[derive(Serialize, Deserialize, Default)]
struct Kept {
    memory: Memory,
    silent: BTreeMap<SensorId, String>,
}

struct Held {
    kept: Kept,
    since_kept: usize,
    kept_at: Ts,
    forgot_at: Ts,
    listening_since: Ts,
    looked_at: Option<Ts>,
}

/// The correlator of one process.
pub struct Engine {
    store: Store,
    rules: Rules,
    owner: String,
    until: Option<Ts>,
    held: Option<Held>,
    knowledge: Knowledge,
    notices_silence: bool,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("owner", &self.owner)
            .field("leads", &self.held.is_some())
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Of a process that no other is named like (`owner`, a UUID). It does nothing by itself: call [`Self::turn`].
    #[must_use]
    pub fn new(store: Store, rules: Rules, owner: impl Into<String>) -> Self {
        let knowledge = Knowledge::new(&store);
        Self { store, rules, owner: owner.into(), until: None, held: None, knowledge, notices_silence: true }
    }

    /// Takes silence as no sign: the sensors of a made-up installation never speak.
    #[must_use]
    pub fn deaf_to_silence(mut self) -> Self {
        self.notices_silence = false;
        self
    }

    /// Says that registers changed which touches are held against (noise, leaks, settings).
    pub fn told(&mut self) {
        self.knowledge.told();
    }

    /// One step: takes or prolongs the lease, looks at some of what waits, notices silence, keeps the memory.
    ///
    /// # Errors
    /// When the database refuses. Nothing is lost: the next turn begins with the memory kept last.
    pub async fn turn(&mut self, now: Ts) -> Result<Turn> {
        match self.lead(now).await {
            Ok(turn) => Ok(turn),
            Err(error) => {
                // What memory holds beyond what was written must not stay.
                self.held = None;
                if is_lost_lease(&error) {
                    self.until = None;
                    return Ok(Turn::default());
                }
                Err(error)
            }
        }
    }

    /// Keeps the memory and gives the lease back, so that another process need not wait. Where the lease has gone to another
    /// process meanwhile, that one keeps the memory.
    ///
    /// # Errors
    /// When the database refuses; then another process takes over when the lease ends.
    pub async fn leave(&mut self, now: Ts) -> Result<()> {
        self.until = None;
        if let Some(mut held) = self.held.take() {
            match keep(&self.store, &self.owner, &mut held, now).await {
                Err(error) if is_lost_lease(&error) => return Ok(()),
                kept => kept?,
            }
        }
        self.store.end_lease(CORRELATOR, &self.owner).await
    }

    async fn lead(&mut self, now: Ts) -> Result<Turn> {
        let soon = |until: Ts| until <= now.plus_seconds(LEASE_SECONDS / 2);
        if self.until.is_none_or(soon) {
            let until = now.plus_seconds(LEASE_SECONDS);
            if !self.store.lease(CORRELATOR, &self.owner, now, until).await? {
                self.held = None;
                self.until = None;
                return Ok(Turn::default());
            }
            self.until = Some(until);
        }
        self.knowledge.refresh(&self.store, now).await?;
        if self.held.is_none() {
            self.held = Some(self.taken_up(now).await?);
        }
        let Some(held) = &mut self.held else { return Ok(Turn::default()) };
        let waiting = self.store.arrivals(false, 0, BATCH).await?;
        let looked_at = known(&mut self.knowledge, &self.store, &waiting).await?;
        let changes = squeezed(see(&mut held.kept, &self.rules, &looked_at));
        let seen: Vec<i64> = waiting.iter().map(|one| one.seq).collect();
        if !seen.is_empty() {
            self.store.correlated(&self.owner, &Act::system(now), &seen, &changes).await?;
            held.since_kept += seen.len();
        }
        let more = seen.len() >= BATCH as usize;
        // Only when nothing waits is it known which silences were told already.
        if !more && self.notices_silence {
            notice_silence(&self.store, held, now).await?;
        }
        if now >= held.forgot_at.plus_seconds(DAY) {
            held.kept.memory.forget(&self.rules, now);
            held.forgot_at = now;
            held.since_kept += 1;
        }
        let old = held.since_kept > 0 && now >= held.kept_at.plus_seconds(KEEP_SECONDS);
        if old || held.since_kept >= KEEP_AFTER {
            keep(&self.store, &self.owner, held, now).await?;
        }
        Ok(Turn { leads: true, seen: seen.len(), more, changes })
    }

    /// The memory kept last, with what was done since.
    async fn taken_up(&mut self, now: Ts) -> Result<Held> {
        let mut kept = match self.store.kept_correlator().await? {
            None => Kept::default(),
            Some(text) => serde_json::from_str(&text).unwrap_or_else(|error| {
                tracing::error!(%error, "the correlator's memory cannot be read; it begins anew, the cases stay");
                Kept::default()
            }),
        };
        let mut again = 0;
        let mut after = 0;
        loop {
            let done: Vec<Waiting> = self.store.arrivals(true, after, AGAIN).await?;
            let looked_at = known(&mut self.knowledge, &self.store, &done).await?;
            // These changes are written already.
            drop(see(&mut kept, &self.rules, &looked_at));
            again += done.len();
            match done.last() {
                Some(last) if done.len() >= AGAIN as usize => after = last.seq,
                _ => break,
            }
        }
        tracing::info!(again, "this process correlates");
        Ok(Held { kept, since_kept: again, kept_at: now, forgot_at: now, listening_since: now, looked_at: None })
    }
}

/// What arrived with what the registers know about it. A touch that is gone already is left out.
async fn known<'w>(
    knowledge: &mut Knowledge,
    store: &Store,
    waiting: &'w [Waiting],
) -> Result<Vec<(&'w Arrival, Facts)>> {
    let mut out = Vec::with_capacity(waiting.len());
    for arrival in waiting.iter().filter_map(|one| one.arrival.as_ref()) {
        out.push((arrival, knowledge.facts(store, arrival).await?));
    }
    Ok(out)
}

/// Looks at all of it at once: cases are put together anew once, not for each touch.
fn see(kept: &mut Kept, rules: &Rules, arrivals: &[(&Arrival, Facts)]) -> Vec<Change> {
    for (arrival, _) in arrivals {
        note_silence(&mut kept.silent, arrival);
    }
    kept.memory.observe_all(rules, arrivals.iter().map(|(arrival, facts)| (*arrival, facts)))
}

async fn keep(store: &Store, owner: &str, held: &mut Held, now: Ts) -> Result<()> {
    let memory = serde_json::to_string(&held.kept)
        .map_err(|error| hakutaku_store::StoreError::Invalid(format!("the correlator's memory: {error}")))?;
    store.keep_correlator(owner, &memory, now).await?;
    held.since_kept = 0;
    held.kept_at = now;
    Ok(())
}

fn note_silence(silent: &mut BTreeMap<SensorId, String>, arrival: &Arrival) {
    if let What::Signal(signal) = &arrival.what
        && signal.kind == SignalKind::Silent
    {
        silent.insert(signal.sensor, signal.detail.clone());
    }
}

/// Tells each silence once. Whoever has just begun to listen, perhaps after hours of standstill, waits before calling
/// anybody silent.
async fn notice_silence(store: &Store, held: &mut Held, now: Ts) -> Result<()> {
    let looked = held.looked_at.is_some_and(|at| now < at.plus_seconds(60));
    if looked || now < held.listening_since.plus_seconds(SILENT_MINUTES * 60) {
        return Ok(());
    }
    let sensors = store.all_sensors().await?;
    held.kept.silent.retain(|id, _| sensors.iter().any(|sensor| sensor.id == *id));
    for sensor in &sensors {
        let heard = sensor.heard_at.unwrap_or(sensor.enrolled_at);
        let Some(signal) = silence(sensor.id, heard, now) else { continue };
        if held.kept.silent.get(&sensor.id) != Some(&signal.detail) {
            store.signal_arrived(sensor.facility, &signal, now).await?;
            held.kept.silent.insert(sensor.id, signal.detail);
        }
    }
    held.looked_at = Some(now);
    Ok(())
}
