//! What waits for correlation: touches and signals in the order they came, and the correlator's memory.
//!
//! A row is put here in the transaction that keeps the touch. The one process that holds the lease reads what waits, and in one
//! transaction writes the cases that change and marks the rows as done; they go once a memory that holds them is kept. So a
//! process that takes over begins with the kept memory, sees again what is done since, and goes on.

use crate::db::{Id, boxed, change, from_json, from_row, json, on_both_connections, read};
use crate::leases::Leases as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::region::correlate::{Arrival, Change, Signal, What};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::SignedTouch;

/// The lease of whoever correlates.
pub const CORRELATOR: &str = "correlator";

/// Something that waits, or was dealt with since the memory was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place in the order.
    pub seq: i64,
    /// What came. `None`: the touch is gone already (retention); there is nothing to see.
    pub arrival: Option<Arrival>,
}

struct WaitingRow(Waiting);

from_row!(WaitingRow, row => {
    let signal: Option<String> = row.try_get("signal")?;
    let line: Option<String> = row.try_get("line")?;
    let what = match (signal, line) {
        (Some(signal), _) => Some(What::Signal(from_json(&signal)?)),
        (None, Some(line)) => Some(What::Touch(from_json::<SignedTouch>(&line)?.touch)),
        (None, None) => None,
    };
    let facility = row.try_get::<Id, _>("facility_id")?.0.into();
    let at = Ts::from_micros(row.try_get("arrived_at")?);
    let clock_ahead = row.try_get("clock_ahead")?;
    let arrival = what.map(|what| Arrival { facility, at, clock_ahead, what });
    Self(Waiting { seq: row.try_get("seq")?, arrival })
});

struct Text(String);

from_row!(Text, row => { Self(row.try_get("body")?) });

struct Count(i64);

from_row!(Count, row => { Self(row.try_get("count")?) });

on_both_connections! {
    /// Putting things where the correlator finds them.
    Arrivals {
        /// Touches of a sensor that were just kept, by number, in one statement.
        async fn touches_arrived(con, sensor: SensorId, from: u64, to: u64, at: Ts, clock_ahead: i64) -> () {
            sqlx::query(
                "INSERT INTO arrival (facility_id, arrived_at, clock_ahead, sensor_id, number, done) \
                 SELECT facility_id, arrived_at, $1, sensor_id, number, 0 FROM touch \
                 WHERE sensor_id = $2 AND number BETWEEN $3 AND $4 AND arrived_at = $5 ORDER BY number",
            )
            .bind(clock_ahead)
            .bind(Id(sensor.0))
            .bind(crate::touches::number(from))
            .bind(crate::touches::number(to))
            .bind(at.micros())
            .execute(&mut *con)
            .await?;
        }

        /// Something is wrong with a sensor.
        async fn signal_arrived(con, facility: FacilityId, signal: &Signal, at: Ts) -> () {
            sqlx::query(
                "INSERT INTO arrival (facility_id, arrived_at, clock_ahead, sensor_id, signal, done) \
                 VALUES ($1, $2, 0, $3, $4, 0)",
            )
            .bind(Id(facility.0))
            .bind(at.micros())
            .bind(Id(signal.sensor.0))
            .bind(json(signal)?)
            .execute(&mut *con)
            .await?;
        }
    }
}

impl Store {
    /// Puts a signal about a sensor where the correlator finds it.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn signal_arrived(&self, facility: FacilityId, signal: &Signal, at: Ts) -> Result<()> {
        change!(self, None, "keeping a signal", con => {
            con.signal_arrived(facility, signal, at).await?;
        })
    }

    /// What waits (`done` false), or was dealt with since the memory was kept (`done` true), after a place in the order.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn arrivals(&self, done: bool, after: i64, most: u32) -> Result<Vec<Waiting>> {
        let rows: Vec<WaitingRow> = read!(self, "reading what waits for correlation", con => {
            sqlx::query_as(
                "SELECT a.*, t.line FROM arrival a LEFT JOIN touch t \
                 ON t.sensor_id = a.sensor_id AND t.number = a.number AND t.arrived_at = a.arrived_at \
                 WHERE a.done = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3",
            )
            .bind(i64::from(done))
            .bind(after)
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// How much waits for correlation.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn arrivals_waiting(&self) -> Result<u64> {
        let count: Count = read!(self, "counting what waits for correlation", con => {
            sqlx::query_as("SELECT COUNT(*) AS count FROM arrival WHERE done = 0").fetch_one(&mut *con).await?
        })?;
        Ok(count.0.unsigned_abs())
    }

    /// Writes the cases that changed and marks what was looked at, both or neither.
    ///
    /// # Errors
    /// `Conflict` when the lease is another's: nothing was written, and the memory must be read anew.
    #[boxed]
    pub async fn correlated(&self, owner: &str, act: &Act, seen: &[i64], changes: &[Change]) -> Result<()> {
        use crate::cases::Cases as _;
        let chain = (!changes.is_empty()).then_some(hakutaku_model::journal::Chain::Installation);
        change!(self, chain, "writing what was correlated", con => {
            con.must_hold(CORRELATOR, owner, act.at).await?;
            for change in changes {
                con.put_case(act, change).await?;
            }
            for seq in seen {
                sqlx::query("UPDATE arrival SET done = 1 WHERE seq = $1").bind(*seq).execute(&mut *con).await?;
            }
        })
    }

    /// Keeps the correlator's memory; what it holds need not be seen again.
    ///
    /// # Errors
    /// `Conflict` when the lease is another's.
    #[boxed]
    pub async fn keep_correlator(&self, owner: &str, memory: &str, now: Ts) -> Result<()> {
        change!(self, None, "keeping the correlator's memory", con => {
            con.must_hold(CORRELATOR, owner, now).await?;
            sqlx::query(
                "INSERT INTO correlator (name, body, saved_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
            )
            .bind(CORRELATOR)
            .bind(memory)
            .bind(now.micros())
            .execute(&mut *con)
            .await?;
            sqlx::query("DELETE FROM arrival WHERE done = 1").execute(&mut *con).await?;
        })
    }

    /// The memory as it was kept last.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn kept_correlator(&self) -> Result<Option<String>> {
        let row: Option<Text> = read!(self, "reading the correlator's memory", con => {
            sqlx::query_as("SELECT body FROM correlator WHERE name = $1")
                .bind(CORRELATOR)
                .fetch_optional(&mut *con)
                .await?
        })?;
        Ok(row.map(|row| row.0))
    }
}

/// The signal of a chain that was found broken while lines were taken in.
pub(crate) fn signal_of(sensor: SensorId, fault: &hakutaku_model::sensor::Fault) -> Signal {
    use hakutaku_model::region::correlate::SignalKind;
    use hakutaku_model::sensor::FaultKind;
    let kind = match fault.kind {
        FaultKind::Missing => SignalKind::Gap,
        FaultKind::Forked => SignalKind::Broken,
        FaultKind::Foreign => SignalKind::Signature,
    };
    Signal { sensor, kind, detail: fault.number.to_string() }
}

/// Says that a lease went to another process.
#[must_use]
pub fn is_lost_lease(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict("the lease"))
}
