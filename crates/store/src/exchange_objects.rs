//! Objects that are exchanged with others (STIX 2.1 over TAXII 2.1), in collections.

use crate::asset_rows::{Bind, bind_all, places};
use crate::db::{Backend as _, boxed, change, from_row, read};
use crate::{Result, Store};
use hakutaku_model::time::Ts;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

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

#[derive(Default)]
struct Last {
    seq: i64,
    added_at: i64,
}

from_row!(Last, row => { Self { seq: row.try_get("last")?, added_at: row.try_get("added_at")? } });

/// Rows in one statement: seven values each, within what both databases take.
const AT_ONCE: usize = 100;

/// Which versions of each object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExchangeVersions<'q> {
    /// The newest of each.
    pub last: bool,
    /// The oldest of each.
    pub first: bool,
    /// These.
    pub exactly: &'q [Ts],
}

/// What is asked of a collection. Empty lists mean everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExchangeQuery<'q> {
    /// After this place.
    pub after: i64,
    /// Added after this instant.
    pub added_after: Option<Ts>,
    /// With one of these ids.
    pub ids: &'q [String],
    /// Of one of these types.
    pub types: &'q [String],
    /// Which versions; `None`: all.
    pub versions: Option<ExchangeVersions<'q>>,
    /// At most so many.
    pub most: u32,
}

struct Known(String, i64);

from_row!(Known, row => { Self(row.try_get("object_id")?, row.try_get("version")?) });

struct Place(i64);

from_row!(Place, row => { Self(row.try_get("seq")?) });

/// The conditions of a query after `collection = $1 AND seq > $2`, with what is bound to them.
fn conditions(query: &ExchangeQuery<'_>) -> (String, Vec<Bind>) {
    let mut sql = String::new();
    let mut binds: Vec<Bind> = Vec::new();
    let mut place = |bind: Bind| {
        binds.push(bind);
        format!("${}", binds.len() + 2)
    };
    if let Some(at) = query.added_after {
        let place = place(Bind::int(at.micros()));
        sql.push_str(&format!(" AND o.added_at > {place}"));
    }
    if !query.ids.is_empty() {
        let places: Vec<String> = query.ids.iter().map(|id| place(Bind::text(id.as_str()))).collect();
        sql.push_str(&format!(" AND o.object_id IN ({})", places.join(", ")));
    }
    if !query.types.is_empty() {
        let ranges: Vec<String> = query
            .types
            .iter()
            .map(|kind| {
                let start = format!("{kind}--");
                let length = start.chars().count();
                format!("substr(o.object_id, 1, {length}) = {}", place(Bind::text(start)))
            })
            .collect();
        sql.push_str(&format!(" AND ({})", ranges.join(" OR ")));
    }
    if let Some(versions) = query.versions {
        let another = |sign: &str| {
            format!(
                "NOT EXISTS (SELECT 1 FROM exchange_object n WHERE n.collection = o.collection AND n.object_id = o.object_id \
                 AND n.version {sign} o.version)"
            )
        };
        let mut ways: Vec<String> = Vec::new();
        ways.extend(versions.last.then(|| another(">")));
        ways.extend(versions.first.then(|| another("<")));
        if !versions.exactly.is_empty() {
            let places: Vec<String> = versions.exactly.iter().map(|at| place(Bind::int(at.micros()))).collect();
            ways.push(format!("o.version IN ({})", places.join(", ")));
        }
        if !ways.is_empty() {
            sql.push_str(&format!(" AND ({})", ways.join(" OR ")));
        }
    }
    (sql, binds)
}

impl Store {
    /// Adds objects to a collection in their order; a version that is there already stays as it is. Says how many were new.
    ///
    /// # Errors
    /// When the database refuses; then none was added.
    #[boxed]
    pub async fn add_exchange_objects(&self, collection: &str, objects: &[NewExchangeObject], now: Ts) -> Result<u64> {
        change!(self, None, "adding objects", con => {
            // One writer at a time: places in the order become visible in order.
            con.lock_chains(&[format!("exchange {collection}")]).await?;
            let last: Last = sqlx::query_as(
                "SELECT seq AS last, added_at FROM exchange_object WHERE collection = $1 ORDER BY seq DESC LIMIT 1",
            )
            .bind(collection)
            .fetch_optional(&mut *con)
            .await?
            .unwrap_or_default();
            // Order of place is order of time, also when a clock is set back.
            let added_at = now.micros().max(last.added_at);
            let (mut seq, mut new) = (last.seq, 0);
            for part in objects.chunks(AT_ONCE) {
                let sql = format!(
                    "SELECT object_id, version FROM exchange_object WHERE collection = $1 AND object_id IN ({})",
                    (2..part.len() + 2).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
                );
                let binds = std::iter::once(collection).chain(part.iter().map(|one| one.id.as_str())).map(Bind::text);
                let there: Vec<Known> = bind_all!(sqlx::query_as(AssertSqlSafe(sql)), binds).fetch_all(&mut *con).await?;
                let mut known: BTreeSet<(String, i64)> = there.into_iter().map(|one| (one.0, one.1)).collect();
                let mut binds = Vec::with_capacity(part.len() * 7);
                for object in part {
                    if !known.insert((object.id.clone(), object.version.micros())) {
                        continue;
                    }
                    seq += 1;
                    binds.extend([
                        Bind::text(collection),
                        Bind::int(seq),
                        Bind::text(object.id.as_str()),
                        Bind::int(object.version.micros()),
                        Bind::int(added_at),
                        Bind::text(object.media_type.as_str()),
                        Bind::text(object.body.as_str()),
                    ]);
                }
                if binds.is_empty() {
                    continue;
                }
                let sql = format!(
                    "INSERT INTO exchange_object (collection, seq, object_id, version, added_at, media_type, body) VALUES {}",
                    places(binds.len() / 7, 7)
                );
                new += bind_all!(sqlx::query(AssertSqlSafe(sql)), binds).execute(&mut *con).await?.rows_affected();
            }
            new
        })
    }

    /// Objects of a collection in their order, after a place in it.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn exchange_objects(&self, collection: &str, after: i64, most: u32) -> Result<Vec<ExchangeObject>> {
        self.exchange_objects_like(collection, &ExchangeQuery { after, most, ..ExchangeQuery::default() }).await
    }

    /// Objects of a collection in their order, as asked.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn exchange_objects_like(
        &self,
        collection: &str,
        query: &ExchangeQuery<'_>,
    ) -> Result<Vec<ExchangeObject>> {
        let rows: Vec<ObjectRow> = read!(self, "listing objects", con => {
            let mut after = query.after;
            if let Some(at) = query.added_after {
                // Where that time begins, by its own index: pages far back cost as much as the first.
                let begin: Option<Place> = sqlx::query_as(
                    "SELECT seq FROM exchange_object WHERE collection = $1 AND added_at > $2 ORDER BY added_at, seq LIMIT 1",
                )
                .bind(collection)
                .bind(at.micros())
                .fetch_optional(&mut *con)
                .await?;
                match begin {
                    Some(begin) => after = after.max(begin.0 - 1),
                    None => return Ok(Vec::new()),
                }
            }
            let (conditions, binds) = conditions(query);
            let sql = format!(
                "SELECT o.* FROM exchange_object o WHERE o.collection = $1 AND o.seq > $2{conditions} ORDER BY o.seq LIMIT {}",
                query.most
            );
            let binds = [Bind::text(collection), Bind::int(after)].into_iter().chain(binds);
            bind_all!(sqlx::query_as(AssertSqlSafe(sql)), binds).fetch_all(&mut *con).await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Removes what was added to a collection before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn forget_exchange_objects(&self, collection: &str, before: Ts) -> Result<()> {
        change!(self, None, "removing old objects", con => {
            sqlx::query("DELETE FROM exchange_object WHERE collection = $1 AND added_at < $2")
                .bind(collection)
                .bind(before.micros())
                .execute(&mut *con)
                .await?;
        })
    }
}
