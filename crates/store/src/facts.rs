//! What is known about a facility on a day, gathered for the proposals.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::assessment::{Outcome, evaluate};
use hakutaku_model::catalogue::{Catalogue, QuestionnaireKind};
use hakutaku_model::facts::{ControlFact, FactSheet};
use hakutaku_model::id::{ControlId, FacilityId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What each executive answers alone is their view of things, not what is known of them.
const EXECUTIVE: &str = "executive";

impl Store {
    /// Everything known about a facility.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn facts(&self, catalogue: &Catalogue, facility: FacilityId, today: Date) -> Result<FactSheet> {
        Ok(FactSheet {
            ledger: self.ledger_facts(facility, today).await?,
            systems: self.system_facts(facility).await?,
            accounts: self.account_facts(facility, today).await?,
            connections: self.connection_facts(facility).await?,
            backups: self.backup_facts(facility, today).await?,
            vendors: self.vendor_facts(facility, today).await?,
            responsibility: self.responsibility_facts(facility, today).await?,
            answers: self.answer_facts(catalogue, facility).await?,
            plan: self.plan_facts(facility, today).await?,
            drills: self.drill_facts(facility, today).await?,
            audits: self.audit_facts(facility).await?,
            actions: self.action_facts(facility, today).await?,
            training: self.training_facts(facility, today).await?,
        })
    }

    /// What the newest assessment of each questionnaire says about controls: the weakest answer that counts.
    async fn answer_facts(
        &self,
        catalogue: &Catalogue,
        facility: FacilityId,
    ) -> Result<BTreeMap<ControlId, ControlFact>> {
        let mut known: BTreeMap<ControlId, ControlFact> = BTreeMap::new();
        let forms = catalogue.questionnaires.iter();
        for form in forms.filter(|form| form.kind == QuestionnaireKind::Assessment && form.id.as_str() != EXECUTIVE) {
            let Some(assessment) = self.latest_assessment(facility, &form.id).await? else { continue };
            let rows = self.answers(facility, assessment.id).await?;
            let answers = rows.iter().map(|row| (row.question.clone(), row.answer())).collect();
            let outcomes = evaluate(form, &answers).fields.into_iter().flat_map(|field| field.outcomes);
            for outcome in outcomes {
                let (Outcome::Counted(level), Some(question)) =
                    (outcome.outcome, form.question(outcome.question.as_str()))
                else {
                    continue;
                };
                let Some(row) = rows.iter().find(|row| row.question == outcome.question) else { continue };
                for control in &question.controls {
                    let fact =
                        ControlFact { level, day: row.answered_at.date_in_japan(), question: question.id.to_string() };
                    known
                        .entry(control.clone())
                        .and_modify(|other| {
                            if fact.level < other.level {
                                *other = fact.clone();
                            }
                        })
                        .or_insert(fact);
                }
            }
        }
        Ok(known)
    }
}
