//! Slowing down guessed passwords, per user name and per source address.
//!
//! Counters are kept per key, so that guessing one name does not lock out others; a right password clears its key.

use crate::db::{boxed, change, from_row, read};
use crate::keys::token_hash;
use crate::{Result, Store};
use hakutaku_model::time::Ts;

/// This many failures are free.
pub const FREE_FAILURES: i64 = 5;
/// The longest wait.
pub const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Failures are forgotten after this long without one.
pub const FORGET_SECONDS: i64 = 24 * 60 * 60;

struct Counter {
    failures: i64,
    blocked_until: Ts,
}

from_row!(Counter, row => {
    Self {
        failures: row.try_get("failures")?,
        blocked_until: Ts::from_micros(row.try_get("blocked_until")?),
    }
});

/// How long to wait after so many failures: nothing, then 1, 2, 4, … seconds.
fn wait_seconds(failures: i64) -> i64 {
    match u32::try_from(failures - FREE_FAILURES - 1) {
        Ok(doublings) => 1_i64.checked_shl(doublings.min(20)).unwrap_or(i64::MAX).min(LONGEST_WAIT_SECONDS),
        Err(_) => 0,
    }
}

impl Store {
    /// Counts a failure; says until when the key is now blocked. Keys are hashed before they are stored.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn note_failure(&self, key: &str, now: Ts) -> Result<Option<Ts>> {
        change!(self, None, "counting a failed sign-in", con => {
            // One statement, so that failures at the same moment are all counted.
            let counter: Counter = sqlx::query_as(
                "INSERT INTO throttle (key_hash, failures, last_failure_at, blocked_until) VALUES ($1, 1, $2, 0) \
                 ON CONFLICT (key_hash) DO UPDATE SET last_failure_at = excluded.last_failure_at, \
                 failures = CASE WHEN throttle.last_failure_at < $3 THEN 1 ELSE throttle.failures + 1 END \
                 RETURNING *",
            )
            .bind(token_hash(key))
            .bind(now.micros())
            .bind(now.plus_seconds(-FORGET_SECONDS).micros())
            .fetch_one(&mut *con)
            .await?;
            let wait = wait_seconds(counter.failures);
            let until = now.plus_seconds(wait);
            sqlx::query("UPDATE throttle SET blocked_until = $1 WHERE key_hash = $2")
                .bind(until.micros())
                .bind(token_hash(key))
                .execute(&mut *con)
                .await?;
            (wait > 0).then_some(until)
        })
    }

    /// Until when the key is blocked; `None` when it may try.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn blocked_until(&self, key: &str, now: Ts) -> Result<Option<Ts>> {
        read!(self, "asking whether sign-in is slowed down", con => {
            let counter: Option<Counter> = sqlx::query_as("SELECT * FROM throttle WHERE key_hash = $1")
                .bind(token_hash(key))
                .fetch_optional(&mut *con)
                .await?;
            counter.filter(|counter| counter.blocked_until > now).map(|counter| counter.blocked_until)
        })
    }

    /// Removes counters that count for nothing any more; for a periodic job. Without it, made-up names would pile up.
    /// Says how many.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn remove_forgotten_failures(&self, now: Ts) -> Result<u64> {
        change!(self, None, "removing old counters of failed sign-ins", con => {
            sqlx::query("DELETE FROM throttle WHERE last_failure_at < $1 AND blocked_until <= $2")
                .bind(now.plus_seconds(-FORGET_SECONDS).micros())
                .bind(now.micros())
                .execute(&mut *con)
                .await?
                .rows_affected()
        })
    }

    /// Forgets the failures of a key.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn clear_failures(&self, key: &str) -> Result<()> {
        change!(self, None, "forgetting failed sign-ins", con => {
            sqlx::query("DELETE FROM throttle WHERE key_hash = $1").bind(token_hash(key)).execute(&mut *con).await?;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_five_free_failures_up_to_fifteen_minutes() {
        let waits: Vec<i64> = (1..=9).map(wait_seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(wait_seconds(1_000_000), LONGEST_WAIT_SECONDS);
    }
}
