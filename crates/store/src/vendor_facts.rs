//! What is known about a facility's vendors.

use crate::db::boxed;
use crate::{Result, Shelf, Store, StoreError};
use hakutaku_model::facts::VendorFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_model::vendor_answers::Submission;
use jiff::civil::Date;

impl Store {
    /// Counted on a day in Japan; `None` while the facility has no vendor in its register.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn vendor_facts(&self, facility: FacilityId, today: Date) -> Result<Option<VendorFacts>> {
        let engagements = self.records::<Engagement>(facility).await?;
        if engagements.is_empty() {
            return Ok(None);
        }
        let mut companies = Vec::new();
        for engagement in &engagements {
            match self.record_of::<Company>(Shelf::Installation, engagement.body.company).await {
                Ok(company) => companies.push(company),
                // Without its company we know less about the vendor; the forms must open all the same.
                Err(StoreError::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let requests = self.vendor_requests(facility).await?;
        let submissions = self.records::<Submission>(facility).await?;
        Ok(Some(hakutaku_model::vendor_facts::vendor_facts(&engagements, &companies, &requests, &submissions, today)))
    }
}
