//! What the audits say, counted for proposals.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::audit::{Audit, Finding, count, paper};
use hakutaku_model::corrective::CorrectiveAction;
use hakutaku_model::facts::AuditFacts;
use hakutaku_model::id::FacilityId;

impl Store {
    /// The audits of a facility; `None` while none was entered.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn audit_facts(&self, facility: FacilityId) -> Result<Option<AuditFacts>> {
        let audits = self.records::<Audit>(facility).await?;
        if audits.is_empty() {
            return Ok(None);
        }
        let findings = self.records::<Finding>(facility).await?;
        let actions = self.records::<CorrectiveAction>(facility).await?;
        let is_closed = |finding| paper::is_closed(finding, actions.iter().map(|row| &row.body));
        Ok(count(&audits, &findings, is_closed))
    }
}
