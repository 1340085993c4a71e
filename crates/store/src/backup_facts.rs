//! What the registers about backups say, counted for proposals.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::backup::{Rows, count};
use hakutaku_model::facts::BackupFacts;
use hakutaku_model::id::FacilityId;
use jiff::civil::Date;

impl Store {
    /// The copies, restore tests and snapshots of a facility, counted on a day; `None` when none was written down.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn backup_facts(&self, facility: FacilityId, today: Date) -> Result<Option<BackupFacts>> {
        let systems = self.records(facility).await?;
        let copies = self.records(facility).await?;
        let tests = self.records(facility).await?;
        let snapshots = self.records(facility).await?;
        Ok(count(Rows { systems: &systems, copies: &copies, tests: &tests, snapshots: &snapshots }, today))
    }
}
