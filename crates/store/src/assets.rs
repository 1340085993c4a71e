//! The device ledger: changing rows together, and undoing that.
//!
//! Every change is part of a batch: all of it or nothing, one entry in the log (which carries the hashes of what stood
//! before and after), and undone as one. Ten thousand imported rows are one batch.

use crate::asset_batch::{Assets as _, Target};
use crate::asset_history::VersionRow;
use crate::asset_rows::{Row, body, from_body};
use crate::db::{Id, boxed, change};
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{AssetId, BatchId, FacilityId};
use hakutaku_model::journal::Chain;
use hakutaku_model::ledger::{Asset, KeptAsset};
use hakutaku_model::text::Lang;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most changes of one batch.
pub const LARGEST_BATCH: usize = 200_000;

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
    #[boxed]
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
    #[boxed]
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
}
