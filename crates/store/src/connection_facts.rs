//! What the register of external connections says, counted for proposals.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::connection::{Connection, count};
use hakutaku_model::facts::ConnectionFacts;
use hakutaku_model::id::FacilityId;

impl Store {
    /// The external connections of a facility, counted; `None` when none is written down.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn connection_facts(&self, facility: FacilityId) -> Result<Option<ConnectionFacts>> {
        Ok(count(&self.records::<Connection>(facility).await?))
    }
}
