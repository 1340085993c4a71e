//! Corrective actions: what they show, and which open again because a fact turned bad.

use crate::db::boxed;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::corrective::{CorrectiveAction, action_facts};
use hakutaku_model::facts::ActionFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::time::Ts;
use jiff::civil::Date;

impl Store {
    /// The actions of a facility, counted on a day; `None` when none was ever noted.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn action_facts(&self, facility: FacilityId, today: Date) -> Result<Option<ActionFacts>> {
        let rows = self.records::<CorrectiveAction>(facility).await?;
        Ok(action_facts(rows.iter().map(|row| &row.body), today))
    }

    /// Looks at the fact each closed action watches and opens those again whose fact turned bad; returns them. Facts are
    /// gathered only if there is something to watch.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn look_at_actions(
        &self,
        catalogue: &Catalogue,
        facility: FacilityId,
        at: Ts,
    ) -> Result<Vec<Kept<CorrectiveAction>>> {
        let rows = self.records::<CorrectiveAction>(facility).await?;
        let watching = |row: &Kept<CorrectiveAction>| row.body.closed.is_some() && row.body.watch.is_some();
        if !rows.iter().any(watching) {
            return Ok(Vec::new());
        }
        let today = at.date_in_japan();
        let facts = self.facts(catalogue, facility, today).await?;
        let mut opened = Vec::new();
        for mut row in rows.into_iter().filter(watching) {
            if !row.body.look_at(&facts, today) {
                continue;
            }
            match self.change_record(&Act::system(at), facility, row.id, row.version, &row.body).await {
                Ok(kept) => opened.push(kept),
                // Somebody was at it this very moment; the next look decides on what stands then.
                Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(opened)
    }
}
