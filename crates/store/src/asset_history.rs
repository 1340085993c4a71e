//! The device ledger: what a row said before, and what is remembered about a batch.

use crate::asset_rows::from_body;
use crate::db::{Id, boxed, from_row, read};
use crate::{Result, Store, StoreError};
use hakutaku_model::id::{AssetId, BatchId, FacilityId};
use hakutaku_model::ledger::Asset;
use hakutaku_model::time::Ts;
use serde::Serialize;

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

/// A row of the history, as the database keeps it.
pub(crate) struct VersionRow {
    pub(crate) asset: AssetId,
    pub(crate) version: i64,
    pub(crate) batch: BatchId,
    pub(crate) why: String,
    pub(crate) body: String,
    pub(crate) retired_at: Option<Ts>,
    pub(crate) at: Ts,
    pub(crate) by: String,
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

impl Store {
    /// What a row said in each of its versions, newest first.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such row.
    #[boxed]
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
            return Err(StoreError::NotFound("the device"));
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
    #[boxed]
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
