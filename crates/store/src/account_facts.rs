//! The account review, counted.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::accounts::{AccountDecision, AccountList, LeaversList, facts};
use hakutaku_model::facts::AccountFacts;
use hakutaku_model::id::FacilityId;
use jiff::civil::Date;

impl Store {
    /// What the imported account lists say on a day; `None` while there is none.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn account_facts(&self, facility: FacilityId, today: Date) -> Result<Option<AccountFacts>> {
        let lists: Vec<AccountList> =
            self.records::<AccountList>(facility).await?.into_iter().map(|kept| kept.body).collect();
        if lists.is_empty() {
            return Ok(None);
        }
        let leavers = self.records::<LeaversList>(facility).await?.into_iter().next().map(|kept| kept.body);
        let decisions: Vec<AccountDecision> =
            self.records::<AccountDecision>(facility).await?.into_iter().map(|kept| kept.body).collect();
        Ok(facts(&lists, leavers.as_ref(), &decisions, today))
    }
}
