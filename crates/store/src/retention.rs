//! Letting old touches go. Which months may go is [`hakutaku_model::touch::keep`]; here they go.
//!
//! PostgreSQL drops a month's part at once. What lies in no part (a restored backup, SQLite) is deleted in small steps, each a
//! transaction of its own with a pause after it, so that touches are taken in meanwhile. A sensor's row keeps the number and
//! hash of its last touch: its chain goes on unbroken. Cases keep their own account of what happened.

use crate::db::{Backend as _, Id, boxed, change, from_json, from_row, json, read};
use crate::journal::Log as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::SensorId;
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::keep::{Keep, Month, first_kept};
use std::time::Duration;

/// The setting that says how many months touches are kept.
pub const KEEP_SETTING: &str = "touches.keep_months";

/// Most rows deleted in one transaction.
const STEP: i64 = 1000;
/// Pause between two steps: writers come in between.
const PAUSE: Duration = Duration::from_millis(20);
/// How often a part's lock is tried for.
const TRIES: u32 = 30;

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetGo {
    /// Whole months dropped.
    pub parts: u64,
    /// Touches that went, those in the parts included.
    pub touches: u64,
}

struct Kept(Keep);

from_row!(Kept, row => { Self(from_json(&row.try_get::<String, _>("value")?)?) });

struct SensorOf(SensorId);

from_row!(SensorOf, row => { Self(row.try_get::<Id, _>("id")?.0.into()) });

struct Number(i64);

from_row!(Number, row => { Self(row.try_get("number")?) });

struct Latest(Option<Ts>);

from_row!(Latest, row => { Self(row.try_get::<Option<i64>, _>("at")?.map(Ts::from_micros)) });

impl Store {
    /// How long touches are kept; two years when nobody has said otherwise.
    ///
    /// # Errors
    /// When the database refuses, or the setting is none.
    #[boxed]
    pub async fn keep_touches(&self) -> Result<Keep> {
        let row: Option<Kept> = read!(self, "reading how long touches are kept", con => {
            sqlx::query_as("SELECT value FROM setting WHERE key = $1").bind(KEEP_SETTING).fetch_optional(&mut *con).await?
        })?;
        Ok(row.map_or_else(Keep::default, |row| row.0))
    }

    /// Says how long touches are kept. The log of the installation tells from how many months to how many.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn set_keep_touches(&self, act: &Act, keep: Keep) -> Result<()> {
        let before = self.keep_touches().await?;
        change!(self, Some(Chain::Installation), "setting how long touches are kept", con => {
            sqlx::query(
                "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(KEEP_SETTING)
            .bind(json(&keep)?)
            .execute(&mut *con)
            .await?;
            let deed = act
                .did("touches.keep", format!("setting:{KEEP_SETTING}"))
                .with("before", before.months())
                .with("months", keep.months());
            con.append(Chain::Installation, deed).await?;
        })
    }

    /// When anything was last heard from any sensor: what a clock is held against before touches go by it.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn sensors_last_heard(&self) -> Result<Option<Ts>> {
        let row: Latest = read!(self, "asking when a sensor was last heard", con => {
            sqlx::query_as("SELECT MAX(heard_at) AS at FROM sensor").fetch_one(&mut *con).await?
        })?;
        Ok(row.0)
    }

    /// Makes the place for touches that arrive at a moment to come, so that the turn of a month holds nobody up.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn make_room_for_touches(&self, at: Ts) -> Result<()> {
        change!(self, None, "making room for touches", con => {
            con.prepare_touches(at).await?;
        })
    }

    /// Lets touches go that are kept long enough, and says so in the installation's log. Several servers may do it at once:
    /// each touch is counted by one of them.
    ///
    /// # Errors
    /// When the database refuses; what went before that is gone and in the log.
    #[boxed]
    pub async fn let_touches_go(&self, act: &Act, keep: Keep) -> Result<LetGo> {
        let first = first_kept(act.at, keep);
        let mut gone = LetGo::default();
        let parts: Vec<Month> = read!(self, "listing the months of touches", con => { con.touch_parts().await? })?;
        for month in parts.into_iter().filter(|month| *month < first) {
            if let Some(touches) = self.let_month_go(act, month).await? {
                gone.touches += touches;
                gone.parts += 1;
            }
        }
        let rows = self.delete_before(act, first).await?;
        gone.touches += rows;
        Ok(gone)
    }

    async fn let_month_go(&self, act: &Act, month: Month) -> Result<Option<u64>> {
        // Nothing arrives in the past: what is counted beforehand, with nothing locked, is what goes.
        let count = read!(self, "counting touches of a month", con => { con.count_touch_part(month).await? })?;
        let mut tries = 0;
        loop {
            let done = change!(self, Some(Chain::Installation), "letting a month of touches go", con => {
                let dropped = con.drop_touch_part(month).await?;
                if dropped {
                    let deed = act.did("touches.let-go", format!("touches:{month}")).with("count", count);
                    con.append(Chain::Installation, deed).await?;
                }
                dropped.then_some(count)
            });
            tries += 1;
            match done {
                // Somebody reads a long list: wait until they are done.
                Err(StoreError::Database { source, .. }) if tries < TRIES && is_lock_timeout(&source) => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                done => return done,
            }
        }
    }

    /// Deletes the rows of no part that arrived before a month.
    async fn delete_before(&self, act: &Act, first: Month) -> Result<u64> {
        let before = first.begin().micros();
        let mut gone = 0;
        let sensors: Vec<SensorOf> = read!(self, "listing sensors", con => {
            sqlx::query_as("SELECT id FROM sensor ORDER BY id").fetch_all(&mut *con).await?
        })?;
        for SensorOf(sensor) in sensors {
            loop {
                // Found on a connection that only reads: a long look holds no writer up.
                let numbers: Vec<Number> = read!(self, "looking for old touches", con => {
                    sqlx::query_as(
                        "SELECT number FROM touch WHERE sensor_id = $1 AND arrived_at < $2 ORDER BY number LIMIT $3",
                    )
                    .bind(Id(sensor.0))
                    .bind(before)
                    .bind(STEP)
                    .fetch_all(&mut *con)
                    .await?
                })?;
                let (Some(from), Some(to)) = (numbers.first(), numbers.last()) else { break };
                if gone == 0 {
                    // The intent first: should the machine stop in the middle, the log still tells why touches are missing.
                    self.note_leaving(act, first, None).await?;
                }
                let (from, to) = (from.0, to.0);
                gone += change!(self, None, "deleting old touches", con => {
                    sqlx::query(
                        "DELETE FROM touch WHERE sensor_id = $1 AND number BETWEEN $2 AND $3 AND arrived_at < $4",
                    )
                    .bind(Id(sensor.0))
                    .bind(from)
                    .bind(to)
                    .bind(before)
                    .execute(&mut *con)
                    .await?
                    .rows_affected()
                })?;
                tokio::time::sleep(PAUSE).await;
            }
        }
        if gone > 0 {
            self.note_leaving(act, first, Some(gone)).await?;
        }
        Ok(gone)
    }

    async fn note_leaving(&self, act: &Act, first: Month, count: Option<u64>) -> Result<()> {
        change!(self, Some(Chain::Installation), "noting that touches go", con => {
            let deed = match count {
                None => act.did("touches.letting-go", format!("touches:before {first}")),
                Some(count) => act.did("touches.let-go", format!("touches:before {first}")).with("count", count),
            };
            con.append(Chain::Installation, deed).await?;
        })
    }
}

/// PostgreSQL's `lock_not_available`.
fn is_lock_timeout(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("55P03"))
}
