//! What the responsibility matrices of a facility say, counted, and the state of contracts as the vendor register has it.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::facts::ResponsibilityFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::responsibility::{ContractNote, Matrix, check};
use hakutaku_model::vendor::Engagement;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Takes the contracts from the vendor register as they stand on a day. Only contracts that cover operation, management
/// or maintenance count. Columns without a vendor row keep what is written in them; a vendor row that is gone has none.
pub fn refresh_contracts(matrix: &mut Matrix, vendors: &[Kept<Engagement>], today: Date) {
    let known: BTreeMap<RecordId, &Engagement> = vendors.iter().map(|kept| (kept.id, &kept.body)).collect();
    for party in &mut matrix.parties {
        let Some(id) = party.vendor else { continue };
        let maintained: Vec<_> = known
            .get(&id)
            .into_iter()
            .flat_map(|vendor| &vendor.contracts)
            .filter(|contract| contract.maintenance)
            .collect();
        let now = maintained.iter().find(|contract| {
            contract.from.is_none_or(|from| from <= today) && contract.until.is_none_or(|until| today <= until)
        });
        party.contract = now
            .or(maintained.last())
            .map(|contract| ContractNote { title: contract.title.clone(), in_force: now.is_some() });
    }
}

/// Counts matrices; `None` when there is none, since nothing was begun.
#[must_use]
pub fn count(matrices: &[Kept<Matrix>]) -> Option<ResponsibilityFacts> {
    if matrices.is_empty() {
        return None;
    }
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut facts = ResponsibilityFacts { signed: true, ..ResponsibilityFacts::default() };
    for kept in matrices {
        let found = check(&kept.body);
        facts.cells += number(kept.body.rows.len());
        facts.holes += number(found.holes.len());
        facts.double_claims += number(found.double_claims.len());
        facts.contradictions += number(found.contradictions.len());
        facts.uncontracted += number(found.uncontracted.len());
        facts.signed &= kept.body.is_signed_by_all();
        facts.newest_change = facts.newest_change.max(Some(kept.changed_at.date_in_japan()));
    }
    Some(facts)
}

impl Store {
    /// The matrices of a facility with the contracts of today, oldest first.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn responsibility_matrices(&self, facility: FacilityId, today: Date) -> Result<Vec<Kept<Matrix>>> {
        let mut matrices = self.records::<Matrix>(facility).await?;
        if !matrices.is_empty() {
            let vendors = self.records::<Engagement>(facility).await?;
            for kept in &mut matrices {
                refresh_contracts(&mut kept.body, &vendors, today);
            }
        }
        Ok(matrices)
    }

    /// What the responsibility matrices say on a day; `None` when there is none.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn responsibility_facts(&self, facility: FacilityId, today: Date) -> Result<Option<ResponsibilityFacts>> {
        Ok(count(&self.responsibility_matrices(facility, today).await?))
    }
}
