//! Decoy sensors: coming in by a code, what they say of themselves, going out. See [`hakutaku_model::sensor`].

use crate::arrivals::Arrivals as _;
use crate::db::{Id, boxed, change, from_json, from_row, json, on_both_connections, read};
use crate::doors::{new_code, read_code};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::keys::{new_token, token_hash};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use ed25519_dalek::VerifyingKey;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::journal::{Chain, Hash};
use hakutaku_model::region::correlate::health::{clock_ahead, signals};
use hakutaku_model::sensor::{SILENT_AFTER_SECONDS, Sensor};
use hakutaku_model::time::Ts;
use hakutaku_model::touch;
use hakutaku_model::touch::health::SignedHealth;

/// Characters of an enrolment code: 31¹⁰ are about 8 × 10¹⁴, and wrong ones are slowed down.
const CODE_LENGTH: usize = 10;

/// How a sensor's token begins; an account's tokens begin with `hkt_`.
pub const TOKEN_PREFIX: &str = "hkx_";

/// What a sensor gets at its enrolment: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledSensor {
    /// For its requests.
    pub token: String,
    /// Key under which the sensors of this installation hash the secrets that are tried, 64 hexadecimal digits.
    pub secret_key: String,
    /// What is stored about it.
    pub sensor: Sensor,
}

/// A code that waits for its sensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCode {
    /// What the sensor is to be called.
    pub name: String,
    /// When the code was made.
    pub created_at: Ts,
    /// When it ends.
    pub expires_at: Ts,
}

/// How many sensors of the installation stand how; each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SensorCounts {
    /// In use, whatever else.
    pub in_use: u64,
    /// Their chain is broken.
    pub broken: u64,
    /// They say nothing any more, and their chain is whole.
    pub silent: u64,
}

struct CountRow(SensorCounts);

from_row!(CountRow, row => {
    let count = |name: &str| -> Result<u64, sqlx::Error> { Ok(row.try_get::<i64, _>(name)?.unsigned_abs()) };
    Self(SensorCounts { in_use: count("in_use")?, broken: count("broken")?, silent: count("silent")? })
});

pub(crate) struct SensorRow(pub(crate) Sensor);

from_row!(SensorRow, row => {
    let moment = |name: &str| -> Result<Option<Ts>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(name)?.map(Ts::from_micros))
    };
    let id: SensorId = row.try_get::<Id, _>("id")?.0.into();
    let hash: Vec<u8> = row.try_get("hash")?;
    Self(Sensor {
        id,
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        name: row.try_get("name")?,
        public_key: row.try_get("public_key")?,
        enrolled_at: Ts::from_micros(row.try_get("enrolled_at")?),
        chain: touch::Chain {
            sensor: id,
            number: u64::try_from(row.try_get::<i64, _>("number")?).map_err(crate::db::undecodable)?,
            hash: Hash(hash.try_into().map_err(|_| crate::db::undecodable("the hash of a touch"))?),
        },
        fault: row.try_get::<Option<String>, _>("fault")?.as_deref().map(from_json).transpose()?,
        health: row.try_get::<Option<String>, _>("health")?.as_deref().map(from_json).transpose()?,
        heard_at: moment("heard_at")?,
        retired_at: moment("retired_at")?,
        clock_ahead: row.try_get("clock_ahead")?,
    })
});

struct CodeRow {
    facility: FacilityId,
    waiting: WaitingCode,
}

from_row!(CodeRow, row => {
    Self {
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        waiting: WaitingCode {
            name: row.try_get("name")?,
            created_at: Ts::from_micros(row.try_get("created_at")?),
            expires_at: Ts::from_micros(row.try_get("expires_at")?),
        },
    }
});

on_both_connections! {
    /// The fence of sensors.
    Sensors {
        /// The sensor, or `NotFound` when it is not this facility's.
        async fn must_find_sensor(con, facility: FacilityId, id: SensorId) -> Sensor {
            let row: Option<SensorRow> = sqlx::query_as("SELECT * FROM sensor WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?;
            row.ok_or(StoreError::NotFound("the sensor"))?.0
        }
    }
}

fn object(id: SensorId) -> String {
    format!("sensor:{id}")
}

/// The key a sensor names, if it is one that can sign: a weak point would accept any signature.
pub(crate) fn key_of(public_key: &str) -> Option<VerifyingKey> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(public_key, &mut bytes).ok()?;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
}

impl Store {
    /// Makes a code by which one sensor may enrol at a facility, once.
    ///
    /// # Errors
    /// `Invalid` for a name that is empty or over 100 characters.
    #[boxed]
    pub async fn invite_sensor(&self, act: &Act, facility: FacilityId, name: &str, expires_at: Ts) -> Result<String> {
        let name = checked("the name", name, 1, 100)?.to_owned();
        let code = new_code(CODE_LENGTH)?;
        change!(self, Some(Chain::Facility(facility)), "making an enrolment code", con => {
            sqlx::query("DELETE FROM sensor_code WHERE expires_at < $1").bind(act.at.micros()).execute(&mut *con).await?;
            sqlx::query(
                "INSERT INTO sensor_code (code_hash, facility_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token_hash(&code))
            .bind(Id(facility.0))
            .bind(&name)
            .bind(act.at.micros())
            .bind(expires_at.micros())
            .execute(&mut *con)
            .await
            .map_err(unique_or("the code"))?;
            let deed = act.did("sensor.invite", format!("facility:{facility}")).with("name", &name);
            con.append(Chain::Facility(facility), deed).await?;
        })?;
        Ok(code)
    }

    /// Codes of a facility that wait for their sensor, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn waiting_sensors(&self, facility: FacilityId, now: Ts) -> Result<Vec<WaitingCode>> {
        let rows: Vec<CodeRow> = read!(self, "listing enrolment codes", con => {
            sqlx::query_as(
                "SELECT * FROM sensor_code WHERE facility_id = $1 AND expires_at > $2 ORDER BY created_at DESC",
            )
            .bind(Id(facility.0))
            .bind(now.micros())
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.waiting).collect())
    }

    /// Lets a sensor in by its code. A sensor that enrols again keeps its touches and gets a new token.
    ///
    /// # Errors
    /// `NotFound` for a code that is wrong, used or over; `Invalid` for a key that is none; `AlreadyExists` when the id
    /// belongs to a sensor of another facility or with another key. The caller slows down whoever guesses codes.
    #[boxed]
    pub async fn enrol_sensor(&self, code: &str, id: SensorId, public_key: &str, now: Ts) -> Result<EnrolledSensor> {
        if key_of(public_key).is_none() {
            return Err(StoreError::Invalid("the sensor's public key is none".to_owned()));
        }
        let (code, token) = (token_hash(&read_code(code)), new_token(TOKEN_PREFIX)?);
        let waiting: Option<CodeRow> = read!(self, "looking for an enrolment code", con => {
            sqlx::query_as("SELECT * FROM sensor_code WHERE code_hash = $1")
                .bind(&code)
                .fetch_optional(&mut *con)
                .await?
        })?;
        let waiting = waiting.filter(|row| row.waiting.expires_at > now).ok_or(StoreError::NotFound("the code"))?;
        let (facility, act) = (waiting.facility, Act::sensor(id, now));
        let sensor = change!(self, Some(Chain::Facility(facility)), "enrolling a sensor", con => {
            let used = sqlx::query("DELETE FROM sensor_code WHERE code_hash = $1").bind(&code).execute(&mut *con).await?;
            if used.rows_affected() == 0 {
                return Err(StoreError::NotFound("the code"));
            }
            let known: Option<SensorRow> =
                sqlx::query_as("SELECT * FROM sensor WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?;
            if let Some(SensorRow(known)) = &known
                && (known.facility != facility || known.public_key != public_key)
            {
                return Err(StoreError::AlreadyExists("a sensor with this id"));
            }
            sqlx::query(
                "INSERT INTO sensor (id, facility_id, name, public_key, token_hash, enrolled_at, number, hash) \
                 VALUES ($1, $2, $3, $4, $5, $6, 0, $7) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, token_hash = excluded.token_hash, \
                 enrolled_at = excluded.enrolled_at, retired_at = NULL",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(&waiting.waiting.name)
            .bind(public_key)
            .bind(token_hash(&token))
            .bind(now.micros())
            .bind(Hash::ZERO.0.to_vec())
            .execute(&mut *con)
            .await?;
            let deed = act.did("sensor.enrol", object(id)).with("name", &waiting.waiting.name);
            con.append(Chain::Facility(facility), deed).await?;
            con.must_find_sensor(facility, id).await?
        })?;
        Ok(EnrolledSensor { token, secret_key: hex::encode(self.secret_key()), sensor })
    }

    fn secret_key(&self) -> [u8; 32] {
        self.key().keyed_hash("sensor secrets", &[])
    }

    /// A secret as the sensors of this installation write it down when it is tried: 32 hexadecimal digits of HMAC-SHA-256.
    #[must_use]
    pub fn secret_hash(&self, secret: &str) -> String {
        hex::encode(&crate::keys::hmac(&self.secret_key(), &[secret.as_bytes()])[..16])
    }

    /// The sensor of a token, unless it was taken out of use.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn sensor_of_token(&self, token: &str) -> Result<Option<Sensor>> {
        let row: Option<SensorRow> = read!(self, "looking for a sensor", con => {
            sqlx::query_as("SELECT * FROM sensor WHERE token_hash = $1 AND retired_at IS NULL")
                .bind(token_hash(token))
                .fetch_optional(&mut *con)
                .await?
        })?;
        Ok(row.map(|row| row.0))
    }

    /// The sensors of a facility, in the order they came.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn sensors(&self, facility: FacilityId) -> Result<Vec<Sensor>> {
        let rows: Vec<SensorRow> = read!(self, "listing sensors", con => {
            sqlx::query_as("SELECT * FROM sensor WHERE facility_id = $1 ORDER BY enrolled_at, id")
                .bind(Id(facility.0))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// How many sensors of all facilities are in use, broken, silent: [`Sensor::standing`] in the database.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn sensor_counts(&self, now: Ts) -> Result<SensorCounts> {
        let row: CountRow = read!(self, "counting sensors", con => {
            sqlx::query_as(
                "SELECT COUNT(*) AS in_use, \
                 COUNT(CASE WHEN fault IS NOT NULL THEN 1 END) AS broken, \
                 COUNT(CASE WHEN fault IS NULL AND COALESCE(heard_at, enrolled_at) < $1 THEN 1 END) AS silent \
                 FROM sensor WHERE retired_at IS NULL",
            )
            .bind(now.plus_seconds(-SILENT_AFTER_SECONDS).micros())
            .fetch_one(&mut *con)
            .await?
        })?;
        Ok(row.0)
    }

    /// All sensors in use, of every facility: for the centre.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn all_sensors(&self) -> Result<Vec<Sensor>> {
        let rows: Vec<SensorRow> = read!(self, "listing all sensors", con => {
            sqlx::query_as("SELECT * FROM sensor WHERE retired_at IS NULL ORDER BY facility_id, enrolled_at, id")
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Keeps what a sensor says of itself, and hands on to the correlator what is wrong.
    ///
    /// # Errors
    /// `Invalid` when it is of another sensor or does not carry its signature.
    #[boxed]
    pub async fn hear_sensor(&self, sensor: &Sensor, said: &SignedHealth, now: Ts) -> Result<()> {
        let known = key_of(&sensor.public_key).is_some_and(|key| said.is_by(&key));
        if !known || said.health.sensor != sensor.id {
            return Err(StoreError::Invalid("the report does not carry this sensor's signature".to_owned()));
        }
        let health = json(&said.health)?;
        let signals = signals(&said.health, sensor.health.as_ref(), &sensor.chain);
        change!(self, None, "keeping a sensor's report", con => {
            sqlx::query("UPDATE sensor SET health = $1, heard_at = $2, clock_ahead = $4 WHERE id = $3")
                .bind(&health)
                .bind(now.micros())
                .bind(Id(sensor.id.0))
                .bind(clock_ahead(&said.health, now))
                .execute(&mut *con)
                .await?;
            for signal in &signals {
                con.signal_arrived(sensor.facility, signal, now).await?;
            }
        })
    }

    /// Notes that somebody has looked into a broken chain.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such sensor, `Conflict` when its chain is not broken (any more).
    #[boxed]
    pub async fn settle_sensor_fault(&self, act: &Act, facility: FacilityId, id: SensorId, found: &str) -> Result<()> {
        let found = checked("what was found", found, 1, 2000)?.to_owned();
        change!(self, Some(Chain::Facility(facility)), "settling a broken chain", con => {
            let sensor = con.must_find_sensor(facility, id).await?;
            let Some(fault) = sensor.fault else { return Err(StoreError::Conflict("the sensor")) };
            sqlx::query("UPDATE sensor SET fault = NULL WHERE id = $1").bind(Id(id.0)).execute(&mut *con).await?;
            let deed = act
                .did("sensor.settle", object(id))
                .with("fault", crate::db::word(fault.kind))
                .with("number", fault.number)
                .with("found", &found);
            con.append(Chain::Facility(facility), deed).await?;
        })
    }

    /// Takes a sensor out of use: its token no longer works, its touches stay.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such sensor in use.
    #[boxed]
    pub async fn retire_sensor(&self, act: &Act, facility: FacilityId, id: SensorId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "taking a sensor out of use", con => {
            let done = sqlx::query("UPDATE sensor SET retired_at = $1 WHERE facility_id = $2 AND id = $3 AND retired_at IS NULL")
                .bind(act.at.micros())
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the sensor"));
            }
            con.append(Chain::Facility(facility), act.did("sensor.retire", object(id))).await?;
        })
    }
}
