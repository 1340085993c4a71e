//! The device ledger: reading rows by id or number.

use crate::asset_batch::Assets as _;
use crate::asset_rows::Row;
use crate::db::{Id, boxed, read};
use crate::{Result, Store, StoreError};
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::{KeptAsset, search};

impl Store {
    /// One row, retired ones included.
    ///
    /// # Errors
    /// `NotFound` when the facility has none with this id.
    #[boxed]
    pub async fn asset(&self, facility: FacilityId, id: AssetId) -> Result<KeptAsset> {
        let mut found = self.assets_of(facility, &[id]).await?;
        found.pop().ok_or(StoreError::NotFound("the device"))
    }

    /// The rows with these ids, in that order, retired ones included; unknown ids are left out.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn assets_of(&self, facility: FacilityId, ids: &[AssetId]) -> Result<Vec<KeptAsset>> {
        let mut found = read!(self, "reading the ledger", con => { con.assets_by_id(facility, ids).await? })?;
        ids.iter().filter_map(|id| found.remove(id)).map(Row::kept).collect()
    }

    /// All rows in use, by id.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
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
    #[boxed]
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
}
