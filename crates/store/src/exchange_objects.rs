//! Objects that are exchanged with others (STIX 2.1 over TAXII 2.1), in collections.

use crate::db::{Backend as _, change, from_row, read};
use crate::{Result, Store};
use hakutaku_model::time::Ts;

/// An object as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeObject {
    /// Its place in the collection: unique, and later ones are greater.
    pub seq: i64,
    /// Its id: `indicator--…`.
    pub id: String,
    /// Its version (`modified` or `created`), in microseconds.
    pub version: Ts,
    /// When it was added here.
    pub added_at: Ts,
    /// How it is written: `application/stix+json;version=2.1`.
    pub media_type: String,
    /// It, as JSON.
    pub body: String,
}

/// An object to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExchangeObject {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Ts,
    /// How it is written.
    pub media_type: String,
    /// It, as JSON.
    pub body: String,
}

struct ObjectRow(ExchangeObject);

from_row!(ObjectRow, row => {
    Self(ExchangeObject {
        seq: row.try_get("seq")?,
        id: row.try_get("object_id")?,
        version: Ts::from_micros(row.try_get("version")?),
        added_at: Ts::from_micros(row.try_get("added_at")?),
        media_type: row.try_get("media_type")?,
        body: row.try_get("body")?,
    })
});

struct Last(Option<i64>);

from_row!(Last, row => { Self(row.try_get("last")?) });

impl Store {
    /// Adds objects to a collection in their order; a version that is there already stays as it is. Says how many were new.
    ///
    /// # Errors
    /// When the database refuses; then none was added.
    pub async fn add_exchange_objects(&self, collection: &str, objects: &[NewExchangeObject], now: Ts) -> Result<u64> {
        change!(self, None, "adding objects", con => {
            // One writer at a time: places in the order become visible in order.
            con.lock_chains(&[format!("exchange {collection}")]).await?;
            let last: Last = sqlx::query_as("SELECT MAX(seq) AS last FROM exchange_object WHERE collection = $1")
                .bind(collection)
                .fetch_one(&mut *con)
                .await?;
            let mut seq = last.0.unwrap_or(0);
            let mut new = 0;
            for object in objects {
                let done = sqlx::query(
                    "INSERT INTO exchange_object (collection, seq, object_id, version, added_at, media_type, body) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (collection, object_id, version) DO NOTHING",
                )
                .bind(collection)
                .bind(seq + 1)
                .bind(&object.id)
                .bind(object.version.micros())
                .bind(now.micros())
                .bind(&object.media_type)
                .bind(&object.body)
                .execute(&mut *con)
                .await?;
                if done.rows_affected() > 0 {
                    seq += 1;
                    new += 1;
                }
            }
            new
        })
    }

    /// Objects of a collection in their order, after a place in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exchange_objects(&self, collection: &str, after: i64, most: u32) -> Result<Vec<ExchangeObject>> {
        let rows: Vec<ObjectRow> = read!(self, "listing objects", con => {
            sqlx::query_as("SELECT * FROM exchange_object WHERE collection = $1 AND seq > $2 ORDER BY seq LIMIT $3")
                .bind(collection)
                .bind(after)
                .bind(i64::from(most))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
