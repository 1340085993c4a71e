//! Touches at the centre: taken in exactly once and in each sensor's order, kept as they were signed.

use crate::arrivals::{Arrivals as _, signal_of};
use crate::db::{Backend as _, Id, boxed, change, from_row, json, read};
use crate::sensors::{SensorRow, key_of};
use crate::{Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::sensor::{Fault, FaultKind, Sensor};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::keep::Month;
use hakutaku_model::touch::{Break, Chain, SignedTouch, TouchId};
use std::sync::atomic::Ordering;

/// Most lines taken in at once.
pub const MOST_LINES: usize = 1000;

/// Some of a sensor's lines, in order.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The number of the touch before the first line.
    pub after: u64,
    /// The number of the first touch the sensor still has: what is missing here and still there is asked for again,
    /// what is nowhere any more is a gap.
    pub oldest: u64,
    /// The lines, as they stand in the spool.
    pub lines: &'a [&'a [u8]],
}

/// What taking in a batch did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Everything up to this number is here: what the sensor need not send again.
    pub number: u64,
    /// The touches that were new.
    pub new: Vec<SignedTouch>,
    /// The sensor's chain was found broken in this batch.
    pub fault: Option<Fault>,
}

/// A touch as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTouch {
    /// When it came.
    pub arrived_at: Ts,
    /// What the sensor signed.
    pub signed: SignedTouch,
}

struct TouchRow(KeptTouch);

from_row!(TouchRow, row => {
    Self(KeptTouch {
        arrived_at: Ts::from_micros(row.try_get("arrived_at")?),
        signed: crate::db::from_json(&row.try_get::<String, _>("line")?)?,
    })
});

struct Count(i64);

from_row!(Count, row => { Self(row.try_get("count")?) });

/// Where a page of touches begins: after the touch with this arrival, sensor and number (newest first).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchCursor {
    /// Arrival of the last touch of the page before.
    pub arrived_at: Ts,
    /// Its id.
    pub id: TouchId,
}

/// Where a chain stands after a batch.
struct Followed {
    chain: Chain,
    /// What was new, with its bytes.
    new: Vec<(SignedTouch, Vec<u8>)>,
    fault: Option<Fault>,
}

/// A batch with lines of its own.
struct OwnBatch {
    after: u64,
    oldest: u64,
    lines: Vec<Vec<u8>>,
}

/// A row about to be written.
pub(crate) struct NewRow<'a> {
    pub(crate) signed: &'a SignedTouch,
    pub(crate) line: &'a str,
}

/// Follows a sensor's chain through a batch. Nothing stops the chain for good: what is missing or foreign is a fault that
/// people look into, and what comes after it is taken.
fn follow(sensor: &Sensor, batch: &OwnBatch, now: Ts) -> Followed {
    let mut chain = sensor.chain;
    let mut fault = None;
    let mut new = Vec::new();
    let Some(key) = key_of(&sensor.public_key) else { return Followed { chain, new, fault } };
    if batch.after > chain.number && batch.oldest <= chain.next() {
        // The sensor thinks we have more than we do (restored from a backup?): the answer tells it where we stand.
        return Followed { chain, new, fault };
    }
    let mut note = |number: u64, kind: FaultKind| match &mut fault {
        None => fault = Some(Fault { at: now, count: 1, number, kind }),
        Some(fault) => fault.count += 1,
    };
    for (line, number) in batch.lines.iter().zip(batch.after + 1..) {
        if number <= chain.number {
            continue;
        }
        if number > chain.next() {
            note(chain.next(), FaultKind::Missing);
            chain = Chain { number: number - 1, ..chain };
            // What the missing touch was is not known; the line itself says what it follows.
            if let Ok(signed) = serde_json::from_slice::<SignedTouch>(line) {
                chain.hash = signed.touch.previous;
            }
        }
        match chain.check(line, &key) {
            Ok(signed) => new.push((signed, line.clone())),
            Err(Break::Previous { .. }) => {
                note(number, FaultKind::Forked);
                if let Ok(signed) = serde_json::from_slice::<SignedTouch>(line) {
                    new.push((signed, line.clone()));
                }
                chain.advance(line);
            }
            Err(_) => {
                note(number, FaultKind::Foreign);
                chain.advance(line);
            }
        }
    }
    Followed { chain, new, fault }
}

impl Store {
    /// Takes in a sensor's lines: each exactly once, in order, whatever is sent twice. When this returns they are kept.
    ///
    /// # Errors
    /// `Invalid` for too many lines, `NotFound` for a sensor that is not in use.
    #[boxed]
    pub async fn take_touches(&self, sensor: SensorId, batch: &Batch<'_>, now: Ts) -> Result<Taken> {
        if batch.lines.len() > MOST_LINES {
            return Err(StoreError::Invalid(format!("at most {MOST_LINES} touches are taken in at once")));
        }
        let batch = OwnBatch {
            after: batch.after,
            oldest: batch.oldest,
            lines: batch.lines.iter().map(|line| line.to_vec()).collect(),
        };
        let known: Option<SensorRow> = read!(self, "looking for a sensor", con => {
            sqlx::query_as("SELECT * FROM sensor WHERE id = $1").bind(Id(sensor.0)).fetch_optional(&mut *con).await?
        })?;
        let known = known.ok_or(StoreError::NotFound("the sensor"))?.0;
        let (batch, known, followed) = followed_beside(batch, known, now).await?;
        let month = Month::of(now).begin().micros();
        let taken = change!(self, None, "taking in touches", con => {
            if self.touch_month().load(Ordering::Relaxed) != month {
                con.prepare_touches(now).await?;
            }
            // Locks the sensor's row, so that the same touches sent twice at once are still taken once.
            let row: Option<SensorRow> =
                sqlx::query_as("UPDATE sensor SET heard_at = $1 WHERE id = $2 AND retired_at IS NULL RETURNING *")
                    .bind(now.micros())
                    .bind(Id(sensor.0))
                    .fetch_optional(&mut *con)
                    .await?;
            let sensor = row.ok_or(StoreError::NotFound("the sensor"))?.0;
            let unchanged = sensor.chain == known.chain && sensor.public_key == known.public_key;
            // Somebody else was quicker: from where they left it.
            let followed = if unchanged { followed } else { follow(&sensor, &batch, now) };
            let Followed { chain, mut new, fault: mut found } = followed;
            for (line, number) in batch.lines.iter().zip(batch.after + 1..).filter(|(_, n)| *n <= sensor.chain.number) {
                // Sent again: nothing to do, unless it is another touch under the same number.
                let Ok(line) = std::str::from_utf8(line) else { continue };
                let same: Count = sqlx::query_as(
                    "SELECT COUNT(*) AS count FROM touch WHERE sensor_id = $1 AND number = $2 AND line = $3",
                )
                .bind(Id(sensor.id.0))
                .bind(self::number(number))
                .bind(line)
                .fetch_one(&mut *con)
                .await?;
                let signed = serde_json::from_str::<SignedTouch>(line).ok();
                let own = signed.filter(|signed| {
                    signed.touch.sensor == sensor.id
                        && key_of(&sensor.public_key).is_some_and(|key| signed.is_by(&key))
                        && signed.line() == line.as_bytes()
                });
                if same.0 == 0
                    && let Some(signed) = own
                {
                    // The sensor was set back to an older state: both stories are kept.
                    new.push((signed, line.as_bytes().to_vec()));
                    match &mut found {
                        None => found = Some(Fault { at: now, count: 1, number, kind: FaultKind::Forked }),
                        Some(found) => found.count += 1,
                    }
                }
            }
            let mut rows = Vec::with_capacity(new.len());
            for (signed, line) in &new {
                rows.push(NewRow { signed, line: std::str::from_utf8(line).map_err(crate::db::undecodable)? });
            }
            con.insert_touches(&sensor, &rows, now).await?;
            let numbers = || new.iter().map(|(signed, _)| signed.touch.id.number);
            if let (Some(from), Some(to)) = (numbers().min(), numbers().max()) {
                con.touches_arrived(sensor.id, from, to, now, sensor.clock_ahead).await?;
            }
            if let Some(fault) = &found {
                con.signal_arrived(sensor.facility, &signal_of(sensor.id, fault), now).await?;
            }
            // The first break stays what people see; later ones are counted.
            let fault = match (sensor.fault, &found) {
                (Some(before), Some(found)) => Some(Fault { count: before.count + found.count, ..before }),
                (before, found) => before.or_else(|| found.clone()),
            };
            sqlx::query("UPDATE sensor SET number = $1, hash = $2, fault = $3 WHERE id = $4")
                .bind(number(chain.number))
                .bind(chain.hash.0.to_vec())
                .bind(fault.as_ref().map(json).transpose()?)
                .bind(Id(sensor.id.0))
                .execute(&mut *con)
                .await?;
            Taken { number: chain.number, new: new.into_iter().map(|(signed, _)| signed).collect(), fault: found }
        })?;
        self.touch_month().store(month, Ordering::Relaxed);
        self.meter().touches.add(taken.new.len());
        self.meter().touches_again.add(batch.lines.len().saturating_sub(taken.new.len()));
        self.meter().faults.add(taken.fault.as_ref().map_or(0, |fault| fault.count as usize));
        Ok(taken)
    }

    /// Touches of a facility, newest arrival first, `most` of them after a cursor.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn touches(&self, facility: FacilityId, after: Option<TouchCursor>, most: u32) -> Result<Vec<KeptTouch>> {
        let after = after.unwrap_or(TouchCursor {
            arrived_at: Ts::from_micros(i64::MAX),
            id: TouchId { sensor: SensorId(uuid::Uuid::max()), number: i64::MAX.unsigned_abs() },
        });
        let rows: Vec<TouchRow> = read!(self, "listing touches", con => {
            sqlx::query_as(
                "SELECT * FROM touch WHERE facility_id = $1 AND (arrived_at, sensor_id, number) < ($2, $3, $4) \
                 ORDER BY arrived_at DESC, sensor_id DESC, number DESC LIMIT $5",
            )
            .bind(Id(facility.0))
            .bind(after.arrived_at.micros())
            .bind(Id(after.id.sensor.0))
            .bind(number(after.id.number))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// One touch of a facility.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such touch.
    #[boxed]
    pub async fn touch(&self, facility: FacilityId, id: TouchId) -> Result<KeptTouch> {
        let row: Option<TouchRow> = read!(self, "reading a touch", con => {
            sqlx::query_as("SELECT * FROM touch WHERE facility_id = $1 AND sensor_id = $2 AND number = $3")
                .bind(Id(facility.0))
                .bind(Id(id.sensor.0))
                .bind(number(id.number))
                .fetch_optional(&mut *con)
                .await?
        })?;
        row.map(|row| row.0).ok_or(StoreError::NotFound("the touch"))
    }

    /// How many touches of a facility came since a moment.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn touches_since(&self, facility: FacilityId, since: Ts) -> Result<u64> {
        let count: Count = read!(self, "counting touches", con => {
            sqlx::query_as("SELECT COUNT(*) AS count FROM touch WHERE facility_id = $1 AND arrived_at >= $2")
                .bind(Id(facility.0))
                .bind(since.micros())
                .fetch_one(&mut *con)
                .await?
        })?;
        Ok(count.0.unsigned_abs())
    }
}

/// A touch's number as the database keeps it. No sensor reaches 2⁶³ touches.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// So many lines are checked at once where they arrive; more of them beside, so that others are served meanwhile.
const FEW: usize = 8;

/// Follows the chain from where it is known to stand. Reading lines and checking signatures takes the processor: it is done
/// before anything is locked, and for more than a few lines on a thread that may take its time.
async fn followed_beside(batch: OwnBatch, known: Sensor, now: Ts) -> Result<(OwnBatch, Sensor, Followed)> {
    if batch.lines.len() <= FEW {
        let followed = follow(&known, &batch, now);
        return Ok((batch, known, followed));
    }
    let work = move || {
        let followed = follow(&known, &batch, now);
        (batch, known, followed)
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Invalid(format!("checking touches was interrupted: {error}")))
}

/// Rows in one statement. Few sizes, so that the statements stay prepared.
const AT_ONCE: [usize; 3] = [64, 8, 1];

pub(crate) async fn insert_sqlite(
    con: &mut sqlx::SqliteConnection,
    sensor: &Sensor,
    rows: &[NewRow<'_>],
    now: Ts,
) -> Result<()> {
    let mut rest = rows;
    for size in AT_ONCE {
        let places: Vec<String> = (0..size)
            .map(|at| {
                let first = 4 + at * 5;
                format!("($1, ${}, $2, $3, ${}, ${}, ${}, ${})", first, first + 1, first + 2, first + 3, first + 4)
            })
            .collect();
        let sql = format!(
            "INSERT INTO touch (sensor_id, number, facility_id, arrived_at, source, kind, secret_hash, line) VALUES {}",
            places.join(", ")
        );
        while let Some((now_rows, later)) = rest.split_at_checked(size) {
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(Id(sensor.id.0))
                .bind(Id(sensor.facility.0))
                .bind(now.micros());
            for NewRow { signed: SignedTouch { touch, .. }, line } in now_rows {
                query = query
                    .bind(number(touch.id.number))
                    .bind(touch.source_ip.to_string())
                    .bind(touch.kind.key())
                    .bind(&touch.secret_hash)
                    .bind(*line);
            }
            query.execute(&mut *con).await?;
            rest = later;
        }
    }
    Ok(())
}

pub(crate) async fn insert_postgres(
    con: &mut sqlx::PgConnection,
    sensor: &Sensor,
    rows: &[NewRow<'_>],
    now: Ts,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let touches = || rows.iter().map(|row| &row.signed.touch);
    sqlx::query(
        "INSERT INTO touch (sensor_id, number, facility_id, arrived_at, source, kind, secret_hash, line) \
         SELECT $1, u.number, $2, $3, u.source, u.kind, u.secret_hash, u.line \
         FROM UNNEST($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]) \
         AS u (number, source, kind, secret_hash, line)",
    )
    .bind(Id(sensor.id.0))
    .bind(Id(sensor.facility.0))
    .bind(now.micros())
    .bind(touches().map(|touch| number(touch.id.number)).collect::<Vec<i64>>())
    .bind(touches().map(|touch| touch.source_ip.to_string()).collect::<Vec<String>>())
    .bind(touches().map(|touch| touch.kind.key()).collect::<Vec<&str>>())
    .bind(touches().map(|touch| touch.secret_hash.clone()).collect::<Vec<Option<String>>>())
    .bind(rows.iter().map(|row| row.line).collect::<Vec<&str>>())
    .execute(&mut *con)
    .await?;
    Ok(())
}
