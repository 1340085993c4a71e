//! Touches at the centre: taken in exactly once and in each sensor's order, kept as they were signed.

use crate::db::{Backend as _, Id, boxed, change, from_row, json, read};
use crate::sensors::{SensorRow, key_of};
use crate::{Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::sensor::{Fault, FaultKind, Sensor};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Break, Chain, SignedTouch, TouchId};

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

/// Follows a sensor's chain through a batch. Nothing stops the chain for good: what is missing or foreign is a fault that
/// people look into, and what comes after it is taken.
fn follow(sensor: &Sensor, batch: &Batch<'_>, now: Ts) -> Followed {
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
            Ok(signed) => new.push((signed, line.to_vec())),
            Err(Break::Previous { .. }) => {
                note(number, FaultKind::Forked);
                if let Ok(signed) = serde_json::from_slice::<SignedTouch>(line) {
                    new.push((signed, line.to_vec()));
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
        change!(self, None, "taking in touches", con => {
            con.prepare_touches(now).await?;
            // Locks the sensor's row, so that the same touches sent twice at once are still taken once.
            sqlx::query("UPDATE sensor SET heard_at = $1 WHERE id = $2")
                .bind(now.micros())
                .bind(Id(sensor.0))
                .execute(&mut *con)
                .await?;
            let row: Option<SensorRow> = sqlx::query_as("SELECT * FROM sensor WHERE id = $1 AND retired_at IS NULL")
                .bind(Id(sensor.0))
                .fetch_optional(&mut *con)
                .await?;
            let sensor = row.ok_or(StoreError::NotFound("the sensor"))?.0;
            let Followed { chain, mut new, fault: mut found } = follow(&sensor, batch, now);
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
            for (signed, line) in &new {
                let touch = &signed.touch;
                let line = std::str::from_utf8(line).map_err(crate::db::undecodable)?;
                sqlx::query(
                    "INSERT INTO touch (sensor_id, number, facility_id, arrived_at, source, kind, secret_hash, line) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                )
                .bind(Id(sensor.id.0))
                .bind(number(touch.id.number))
                .bind(Id(sensor.facility.0))
                .bind(now.micros())
                .bind(touch.source_ip.to_string())
                .bind(touch.kind.key())
                .bind(&touch.secret_hash)
                .bind(line)
                .execute(&mut *con)
                .await?;
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
        })
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
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The month a moment falls in (UTC) as the name of a part, with its first and last microsecond (exclusive).
pub(crate) fn month_of(at: Ts) -> (String, i64, i64) {
    let date =
        jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
    let first = date.first_of_month();
    let next = date.last_of_month().tomorrow().unwrap_or(first);
    let start = |day: jiff::civil::Date| {
        day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_microsecond())
    };
    (format!("touch_{:04}_{:02}", first.year(), first.month()), start(first), start(next))
}
