//! The device ledger: changing rows together, undoing that, and what a row said before.
//!
//! Every change is part of a batch: all of it or nothing, one entry in the log (which carries the hashes of what stood
//! before and after), and undone as one. Ten thousand imported rows are one batch.

use crate::asset_rows::{AT_ONCE, Bind, READ, Row, bind_all, binds, body, from_body, hash, places, upsert};
use crate::db::{Id, change, from_row, on_both_connections, read};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{AssetId, BatchId, DocumentId, FacilityId};
use hakutaku_model::journal::{Chain, Hash};
use hakutaku_model::ledger::{Asset, KeptAsset, search};
use hakutaku_model::record::{RecordId, Register as _};
use hakutaku_model::system::System;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::Engagement;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most changes of one batch.
pub const LARGEST_BATCH: usize = 200_000;

/// Ids asked for in one question to the database.
const IDS_AT_ONCE: usize = 500;

/// The noun of this file in errors.
const DEVICE: &str = "the device";

/// One change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetChange {
    /// A new row.
    Create(Asset),
    /// Another content for a row in use. An equal content changes nothing, not even the version.
    Change {
        /// Which row.
        id: AssetId,
        /// The version the change was made on.
        expected: i64,
        /// What it says from now on.
        asset: Asset,
    },
    /// Takes a row out of use; it stays readable by its id.
    Retire {
        /// Which row.
        id: AssetId,
        /// The version the change was made on.
        expected: i64,
    },
    /// Takes a retired row into use again.
    Restore {
        /// Which row.
        id: AssetId,
        /// The version the change was made on.
        expected: i64,
    },
}

/// What became of changes made together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetBatch {
    /// For [`Store::undo_assets`].
    pub id: BatchId,
    /// The rows as they stand now, in the order of the changes, those that were equal already included.
    pub rows: Vec<KeptAsset>,
    /// How many of them changed. With 0 nothing was written, and there is nothing to undo.
    pub changed: usize,
}

/// A batch as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchRow {
    /// Its id.
    pub id: BatchId,
    /// `edit`, `import`, `undo` …
    pub why: String,
    /// How many rows it changed.
    pub rows: u64,
    /// The batch it undid.
    pub undoes: Option<BatchId>,
    /// The batch that undid it.
    pub undone_by: Option<BatchId>,
    /// When.
    pub at: Ts,
    /// The name of who did it, as it was then.
    pub by: String,
}

from_row!(BatchRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        why: row.try_get("why")?,
        rows: row.try_get::<i64, _>("rows")?.cast_unsigned(),
        undoes: row.try_get::<Option<Id>, _>("undoes")?.map(|id| id.0.into()),
        undone_by: row.try_get::<Option<Id>, _>("undone_by")?.map(|id| id.0.into()),
        at: Ts::from_micros(row.try_get("changed_at")?),
        by: row.try_get("changed_by")?,
    }
});

/// What a row said in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetVersion {
    /// The version, 1 when made.
    pub version: i64,
    /// With which batch it came.
    pub batch: BatchId,
    /// `edit`, `import`, `undo` …
    pub why: String,
    /// What it said from then on.
    pub asset: Asset,
    /// Since when it is out of use, if it was in this version.
    pub retired_at: Option<Ts>,
    /// When.
    pub at: Ts,
    /// The name of who did it, as it was then.
    pub by: String,
}

pub(crate) struct VersionRow {
    asset: AssetId,
    version: i64,
    batch: BatchId,
    why: String,
    body: String,
    retired_at: Option<Ts>,
    at: Ts,
    by: String,
}

from_row!(VersionRow, row => {
    Self {
        asset: row.try_get::<Id, _>("asset_id")?.0.into(),
        version: row.try_get("version")?,
        batch: row.try_get::<Id, _>("batch_id")?.0.into(),
        why: row.try_get("why")?,
        body: row.try_get("body")?,
        retired_at: row.try_get::<Option<i64>, _>("retired_at")?.map(Ts::from_micros),
        at: Ts::from_micros(row.try_get("changed_at")?),
        by: row.try_get("changed_by")?,
    }
});

struct Found(uuid::Uuid);

from_row!(Found, row => { Self(row.try_get::<Id, _>("id")?.0) });

/// A row as it was and as it is to be.
pub(crate) struct Target {
    before: Option<Row>,
    id: AssetId,
    asset: Asset,
    body: String,
    retired_at: Option<Ts>,
}

impl Target {
    fn changes(&self) -> bool {
        let same = |row: &Row| row.body == self.body && row.retired_at.is_some() == self.retired_at.is_some();
        !self.before.as_ref().is_some_and(same)
    }
}

/// What the log knows about a row: enough to prove later what stood there.
#[derive(Serialize)]
struct Proof(AssetId, i64, Hash, bool);

fn checked(asset: &Asset, at: usize) -> Result<(Asset, String)> {
    let asset = asset.clone().tidied();
    if let Some(fault) = asset.faults().first() {
        let (column, what) = (fault.column.title(), fault.what.sentence());
        let place = format!("row {}, {}", at + 1, column.get(Lang::En));
        return Err(StoreError::Invalid(format!("{place}: {}", what.get(Lang::En))));
    }
    let body = body(&asset)?;
    Ok((asset, body))
}

/// The first thing an asset refers to that it did not refer to before.
fn new_references(targets: &[Target]) -> Result<(BTreeSet<RecordId>, BTreeSet<RecordId>, BTreeSet<DocumentId>)> {
    let (mut systems, mut vendors, mut documents) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for target in targets {
        let before = target.before.as_ref().map(|row| from_body(row.id, &row.body)).transpose()?.unwrap_or_default();
        systems.extend(target.asset.system.filter(|id| before.system != Some(*id)));
        vendors.extend(target.asset.vendor.filter(|id| before.vendor != Some(*id)));
        documents.extend(target.asset.documents.iter().filter(|id| !before.documents.contains(id)));
    }
    Ok((systems, vendors, documents))
}

on_both_connections! {
    /// Changing the ledger within a transaction.
    Assets {
        /// The rows with these ids that are this facility's.
        async fn assets_by_id(con, facility: FacilityId, ids: &[AssetId]) -> HashMap<AssetId, Row> {
            let mut found = HashMap::with_capacity(ids.len());
            for ids in ids.chunks(IDS_AT_ONCE) {
                let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("${place}")).collect();
                let sql = format!("SELECT {READ} FROM asset WHERE facility_id = $1 AND id IN ({})", places.join(", "));
                let values = std::iter::once(Bind::id(facility.0)).chain(ids.iter().map(|id| Bind::id(id.0)));
                let rows: Vec<Row> = bind_all!(sqlx::query_as(AssertSqlSafe(sql)), values).fetch_all(&mut *con).await?;
                found.extend(rows.into_iter().map(|row| (row.id, row)));
            }
            found
        }

        /// Refuses what refers to something that is not this facility's.
        async fn check_references(con, facility: FacilityId, targets: &[Target]) -> () {
            let (systems, vendors, documents) = new_references(targets)?;
            for (ids, kind, what) in [(systems, System::KIND, "the system"), (vendors, Engagement::KIND, "the vendor")] {
                if ids.is_empty() {
                    continue;
                }
                let known: Vec<Found> = sqlx::query_as(
                    "SELECT id FROM record WHERE shelf = $1 AND kind = $2 AND retired_at IS NULL",
                )
                .bind(facility.to_string())
                .bind(kind)
                .fetch_all(&mut *con)
                .await?;
                let known: BTreeSet<RecordId> = known.into_iter().map(|found| found.0.into()).collect();
                if !ids.is_subset(&known) {
                    return Err(StoreError::NotFound(what));
                }
            }
            for id in documents {
                let known: Option<Found> = sqlx::query_as("SELECT id FROM document WHERE facility_id = $1 AND id = $2")
                    .bind(Id(facility.0))
                    .bind(Id(id.0))
                    .fetch_optional(&mut *con)
                    .await?;
                if known.is_none() {
                    return Err(StoreError::NotFound("the file"));
                }
            }
        }

        /// A row as it was, without files that were taken away for good since: those do not come back.
        async fn without_lost_files(con, facility: FacilityId, asset: Asset, text: String) -> (Asset, String) {
            let mut kept = Vec::with_capacity(asset.documents.len());
            for id in &asset.documents {
                let known: Option<Found> = sqlx::query_as("SELECT id FROM document WHERE facility_id = $1 AND id = $2")
                    .bind(Id(facility.0))
                    .bind(Id(id.0))
                    .fetch_optional(&mut *con)
                    .await?;
                kept.extend(known.map(|found| DocumentId(found.0)));
            }
            if kept.len() == asset.documents.len() {
                return Ok((asset, text));
            }
            let asset = Asset { documents: kept, ..asset };
            let text = body(&asset)?;
            (asset, text)
        }

        /// Writes rows, their history, the batch and its log entry.
        async fn write_batch(con, act: &Act, facility: FacilityId, targets: Vec<Target>, why: &str, undoes: Option<BatchId>) -> AssetBatch {
            con.check_references(facility, &targets).await?;
            let id = BatchId(Id::new().0);
            let by = con.name_of(&act.actor).await?;
            let mut rows = Vec::with_capacity(targets.len());
            let mut written = Vec::new();
            let (mut proof_before, mut proof_after) = (Vec::new(), Vec::new());
            // A number may go from one row to another within the batch: first all give up theirs.
            let mut freed = Vec::new();
            for target in targets {
                let changes = target.changes();
                let Target { before, id, asset, body, retired_at } = target;
                if let Some(before) = &before && changes {
                    proof_before.push(Proof(id, before.version, hash(&before.body), before.retired_at.is_some()));
                    let number = from_body(id, &before.body)?.number;
                    if !number.is_empty() && (retired_at.is_some() || search::key(&number) != search::key(&asset.number)) {
                        freed.push(id);
                    }
                }
                let row = match &before {
                    Some(before) if !changes => KeptAsset {
                        id,
                        version: before.version,
                        asset,
                        created_at: before.created_at,
                        changed_at: before.changed_at,
                        changed_by: before.changed_by.clone(),
                        retired_at: before.retired_at,
                    },
                    before => KeptAsset {
                        id,
                        version: before.as_ref().map_or(1, |before| before.version + 1),
                        asset,
                        created_at: before.as_ref().map_or(act.at, |before| before.created_at),
                        changed_at: act.at,
                        changed_by: by.clone(),
                        retired_at,
                    },
                };
                if changes {
                    proof_after.push(Proof(id, row.version, hash(&body), row.retired_at.is_some()));
                    written.push((rows.len(), body));
                }
                rows.push(row);
            }
            let changed = written.len();
            if changed == 0 {
                return Ok(AssetBatch { id, rows, changed });
            }
            sqlx::query(
                "INSERT INTO asset_batch (id, facility_id, why, rows, undoes, actor, changed_at, changed_by) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(why)
            .bind(i64::try_from(changed).unwrap_or(i64::MAX))
            .bind(undoes.map(|id| Id(id.0)))
            .bind(&act.actor)
            .bind(act.at.micros())
            .bind(&by)
            .execute(&mut *con)
            .await?;
            for ids in freed.chunks(IDS_AT_ONCE) {
                let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
                let sql = format!("UPDATE asset SET number_key = '' WHERE id IN ({})", places.join(", "));
                let values = ids.iter().map(|id| Bind::id(id.0));
                bind_all!(sqlx::query(AssertSqlSafe(sql)), values).execute(&mut *con).await?;
            }
            for part in written.chunks(AT_ONCE) {
                let values = part.iter().flat_map(|(at, body)| binds(facility, &rows[*at], body.clone()));
                bind_all!(sqlx::query(AssertSqlSafe(upsert(part.len()))), values)
                    .execute(&mut *con)
                    .await
                    .map_err(unique_or("a device with this number"))?;
                let sql = format!(
                    "INSERT INTO asset_history (facility_id, asset_id, version, batch_id, body, hash, retired_at, \
                     changed_at, changed_by) VALUES {}",
                    places(part.len(), 9)
                );
                let values = part.iter().flat_map(|(at, body)| {
                    let row = &rows[*at];
                    [
                        Bind::id(facility.0),
                        Bind::id(row.id.0),
                        Bind::int(row.version),
                        Bind::id(id.0),
                        Bind::text(body),
                        Bind::Bytes(hash(body).0.to_vec()),
                        Bind::Int(row.retired_at.map(Ts::micros)),
                        Bind::int(act.at.micros()),
                        Bind::text(&by),
                    ]
                });
                bind_all!(sqlx::query(AssertSqlSafe(sql)), values).execute(&mut *con).await?;
            }
            let object = match written.as_slice() {
                [(at, _)] => format!("asset:{}", rows[*at].id),
                _ => format!("asset-batch:{id}"),
            };
            let action = if undoes.is_some() { "asset.undo" } else { "asset.change" };
            let mut deed = act.did(action, object).after(&proof_after).with("why", why).with("rows", changed).with("batch", id);
            if !proof_before.is_empty() {
                deed = deed.before(&proof_before);
            }
            if let [(at, _)] = written.as_slice() {
                deed = deed.with("name", title(&rows[*at].asset));
            }
            con.append(Chain::Facility(facility), deed).await?;
            AssetBatch { id, rows, changed }
        }
    }
}

/// How the log calls a row.
fn title(asset: &Asset) -> &str {
    [&asset.name, &asset.number, &asset.serial].into_iter().find(|text| !text.is_empty()).map_or("", |text| text)
}

/// What the changes make of the rows found.
fn targets(
    act: &Act,
    mut found: HashMap<AssetId, Row>,
    changes: &[AssetChange],
    texts: Vec<Option<(Asset, String)>>,
) -> Result<Vec<Target>> {
    let mut targets = Vec::with_capacity(changes.len());
    for (change, text) in changes.iter().zip(texts) {
        let (id, expected) = match change {
            AssetChange::Create(_) => {
                let (asset, body) = text.unwrap_or_default();
                targets.push(Target { before: None, id: AssetId(Id::new().0), asset, body, retired_at: None });
                continue;
            }
            AssetChange::Change { id, expected, .. }
            | AssetChange::Retire { id, expected }
            | AssetChange::Restore { id, expected } => (*id, *expected),
        };
        // Taken out, so that naming a row twice is noticed.
        let before = found.remove(&id).ok_or(StoreError::NotFound(DEVICE))?;
        if before.version != expected {
            return Err(StoreError::Conflict(DEVICE));
        }
        let retired_at = match change {
            AssetChange::Retire { .. } => before.retired_at.or(Some(act.at)),
            AssetChange::Restore { .. } => None,
            _ if before.retired_at.is_some() => return Err(StoreError::NotFound(DEVICE)),
            _ => None,
        };
        let (asset, body) = match text {
            Some(text) => text,
            None => (from_body(id, &before.body)?, before.body.clone()),
        };
        targets.push(Target { before: Some(before), id, asset, body, retired_at });
    }
    Ok(targets)
}

impl Store {
    /// Changes rows together: all or none, in the order given. `why` is a short word for the log: `edit`, `import` …
    ///
    /// # Errors
    /// `NotFound` when a row, system, vendor or file is not this facility's (or the row is retired, and not being
    /// restored); `Conflict` when a row is not in its expected version any more; `AlreadyExists` when a management number
    /// is taken; `Invalid` when a row may not be kept as it is, or stands twice among the changes.
    pub async fn change_assets(
        &self,
        act: &Act,
        facility: FacilityId,
        changes: &[AssetChange],
        why: &str,
    ) -> Result<AssetBatch> {
        let why = crate::text::checked("the reason of a change", why, 1, 40)?;
        if changes.len() > LARGEST_BATCH {
            return Err(StoreError::Invalid(format!("at most {LARGEST_BATCH} devices can be changed at once")));
        }
        let mut texts = Vec::with_capacity(changes.len());
        let mut ids = Vec::new();
        for (at, change) in changes.iter().enumerate() {
            texts.push(match change {
                AssetChange::Create(asset) | AssetChange::Change { asset, .. } => Some(checked(asset, at)?),
                AssetChange::Retire { .. } | AssetChange::Restore { .. } => None,
            });
            ids.extend(match change {
                AssetChange::Create(_) => None,
                AssetChange::Change { id, .. } | AssetChange::Retire { id, .. } | AssetChange::Restore { id, .. } => {
                    Some(*id)
                }
            });
        }
        if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
            return Err(StoreError::Invalid("a device stands twice among the changes".to_owned()));
        }
        self.facility(facility).await?;
        change!(self, Some(Chain::Facility(facility)), "changing the ledger", con => {
            let found = con.assets_by_id(facility, &ids).await?;
            let targets = targets(act, found, changes, texts)?;
            con.write_batch(act, facility, targets, why, None).await?
        })
    }

    /// Puts every row of a batch back to what it was before; rows the batch made are retired. The undoing is a batch of
    /// its own, which can be undone again.
    ///
    /// # Errors
    /// `NotFound` when it is no batch of this facility; `Conflict` when one of its rows changed since;
    /// `AlreadyExists` when a number that would come back is taken by now.
    pub async fn undo_assets(&self, act: &Act, facility: FacilityId, batch: BatchId) -> Result<AssetBatch> {
        change!(self, Some(Chain::Facility(facility)), "undoing changes of the ledger", con => {
            let written: Vec<VersionRow> = sqlx::query_as(
                "SELECT h.asset_id, h.version, h.batch_id, b.why, h.body, h.retired_at, h.changed_at, h.changed_by \
                 FROM asset_history h JOIN asset_batch b ON b.id = h.batch_id \
                 WHERE h.batch_id = $1 AND h.facility_id = $2 ORDER BY h.asset_id",
            )
            .bind(Id(batch.0))
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?;
            if written.is_empty() {
                return Err(StoreError::NotFound("the change"));
            }
            let before: Vec<VersionRow> = sqlx::query_as(
                "SELECT p.asset_id, p.version, p.batch_id, '' AS why, p.body, p.retired_at, p.changed_at, p.changed_by \
                 FROM asset_history h JOIN asset_history p ON p.asset_id = h.asset_id AND p.version = h.version - 1 \
                 WHERE h.batch_id = $1 AND h.facility_id = $2",
            )
            .bind(Id(batch.0))
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?;
            let mut before: BTreeMap<AssetId, VersionRow> = before.into_iter().map(|row| (row.asset, row)).collect();
            let ids: Vec<AssetId> = written.iter().map(|row| row.asset).collect();
            let mut found = con.assets_by_id(facility, &ids).await?;
            let mut targets = Vec::with_capacity(written.len());
            for row in written {
                let now = found.remove(&row.asset).ok_or(StoreError::NotFound(DEVICE))?;
                if now.version != row.version {
                    return Err(StoreError::Conflict(DEVICE));
                }
                let (body, retired_at) = match before.remove(&row.asset) {
                    Some(was) => (was.body, was.retired_at),
                    None => (row.body, Some(act.at)),
                };
                let (asset, body) = con.without_lost_files(facility, from_body(row.asset, &body)?, body).await?;
                targets.push(Target { id: row.asset, asset, before: Some(now), body, retired_at });
            }
            let done = con.write_batch(act, facility, targets, "undo", Some(batch)).await?;
            sqlx::query("UPDATE asset_batch SET undone_by = $1 WHERE id = $2 AND facility_id = $3")
                .bind(Id(done.id.0))
                .bind(Id(batch.0))
                .bind(Id(facility.0))
                .execute(&mut *con)
                .await?;
            done
        })
    }

    /// One row, retired ones included.
    ///
    /// # Errors
    /// `NotFound` when the facility has none with this id.
    pub async fn asset(&self, facility: FacilityId, id: AssetId) -> Result<KeptAsset> {
        let mut found = self.assets_of(facility, &[id]).await?;
        found.pop().ok_or(StoreError::NotFound(DEVICE))
    }

    /// The rows with these ids, in that order, retired ones included; unknown ids are left out.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    pub async fn assets_of(&self, facility: FacilityId, ids: &[AssetId]) -> Result<Vec<KeptAsset>> {
        let mut found = read!(self, "reading the ledger", con => { con.assets_by_id(facility, ids).await? })?;
        ids.iter().filter_map(|id| found.remove(id)).map(Row::kept).collect()
    }

    /// All rows in use, by id.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    pub async fn all_assets(&self, facility: FacilityId) -> Result<Vec<KeptAsset>> {
        let rows: Vec<Row> = read!(self, "reading the ledger", con => {
            sqlx::query_as(
                "SELECT id, version, body, created_at, changed_at, changed_by, retired_at FROM asset \
                 WHERE facility_id = $1 AND retired_at IS NULL ORDER BY id",
            )
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        rows.into_iter().map(Row::kept).collect()
    }

    /// The row in use with this management number, however wide or tall its letters are.
    ///
    /// # Errors
    /// When the database refuses or the row cannot be read.
    pub async fn asset_by_number(&self, facility: FacilityId, number: &str) -> Result<Option<KeptAsset>> {
        let key = search::key(number);
        if key.is_empty() {
            return Ok(None);
        }
        let row: Option<Row> = read!(self, "reading the ledger", con => {
            sqlx::query_as(
                "SELECT id, version, body, created_at, changed_at, changed_by, retired_at FROM asset \
                 WHERE facility_id = $1 AND number_key = $2 AND number_key <> '' AND retired_at IS NULL",
            )
            .bind(Id(facility.0))
            .bind(&key)
            .fetch_optional(&mut *con)
            .await?
        })?;
        row.map(Row::kept).transpose()
    }

    /// What a row said in each of its versions, newest first.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such row.
    pub async fn asset_history(&self, facility: FacilityId, id: AssetId) -> Result<Vec<AssetVersion>> {
        let rows: Vec<VersionRow> = read!(self, "reading the history of a device", con => {
            sqlx::query_as(
                "SELECT h.asset_id, h.version, h.batch_id, b.why, h.body, h.retired_at, h.changed_at, h.changed_by \
                 FROM asset_history h JOIN asset_batch b ON b.id = h.batch_id \
                 WHERE h.asset_id = $1 AND h.facility_id = $2 ORDER BY h.version DESC",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        if rows.is_empty() {
            return Err(StoreError::NotFound(DEVICE));
        }
        let version = |row: VersionRow| -> Result<AssetVersion> {
            Ok(AssetVersion {
                asset: from_body(row.asset, &row.body)?,
                version: row.version,
                batch: row.batch,
                why: row.why,
                retired_at: row.retired_at,
                at: row.at,
                by: row.by,
            })
        };
        rows.into_iter().map(version).collect()
    }

    /// What is remembered about a batch.
    ///
    /// # Errors
    /// `NotFound` when it is none of this facility.
    pub async fn asset_batch(&self, facility: FacilityId, batch: BatchId) -> Result<BatchRow> {
        read!(self, "reading about changes of the ledger", con => {
            sqlx::query_as(
                "SELECT id, why, rows, undoes, undone_by, changed_at, changed_by FROM asset_batch \
                 WHERE id = $1 AND facility_id = $2",
            )
            .bind(Id(batch.0))
            .bind(Id(facility.0))
            .fetch_optional(&mut *con)
            .await?
            .ok_or(StoreError::NotFound("the change"))?
        })
    }
}
