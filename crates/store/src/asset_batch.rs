//! The device ledger within a transaction: finding rows by id, checking what they refer to, writing a batch with its
//! history and its entry in the log.

use crate::asset_rows::{AT_ONCE, Bind, READ, Row, bind_all, binds, body, from_body, hash, places, upsert};
use crate::assets::AssetBatch;
use crate::db::{Id, from_row, on_both_connections};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::{Act, Result, StoreError};
use hakutaku_model::id::{AssetId, BatchId, DocumentId, FacilityId};
use hakutaku_model::journal::{Chain, Hash};
use hakutaku_model::ledger::{Asset, KeptAsset, search};
use hakutaku_model::record::{RecordId, Register as _};
use hakutaku_model::system::System;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::Engagement;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use std::collections::{BTreeSet, HashMap};

/// Ids asked for in one question to the database.
const IDS_AT_ONCE: usize = 500;

struct Found(uuid::Uuid);

from_row!(Found, row => { Self(row.try_get::<Id, _>("id")?.0) });

/// A row as it was and as it is to be.
pub(crate) struct Target {
    pub(crate) before: Option<Row>,
    pub(crate) id: AssetId,
    pub(crate) asset: Asset,
    pub(crate) body: String,
    pub(crate) retired_at: Option<Ts>,
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
