//! The plan for outages and attacks: its draft, the version in force, and what is known about it.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::backup::{BackupCopy, RestoreTest};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::connection::Connection;
use hakutaku_model::contacts::{ContactLine, chart};
use hakutaku_model::facts::PlanFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::office::ReportingOffice;
use hakutaku_model::plan::{
    Chosen, Ground, PlanPrint, PlanVersion, SectionDraft, SectionKey, SectionState, Snapshot, Sources, Which, ground,
    newest, newest_print, state,
};
use hakutaku_model::system::System;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::Engagement;
use jiff::civil::Date;

impl Store {
    /// What the registers say today, as it stands in the plan.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_ground(&self, facility: FacilityId, today: Date) -> Result<Ground> {
        let kind = self.facility(facility).await?.profile.kind;
        let people: Vec<_> =
            self.records::<ContactLine>(facility).await?.into_iter().map(|row| (row.id, row.body)).collect();
        let vendors = self.records::<Engagement>(facility).await?;
        let firms: Vec<_> = vendors.iter().map(|row| (row.id, row.body.clone())).collect();
        Ok(ground(Sources {
            chart: &chart(kind, &people, &firms, today),
            systems: &self.records::<System>(facility).await?,
            lines: &self.records::<Connection>(facility).await?,
            copies: &self.records::<BackupCopy>(facility).await?,
            tests: &self.records::<RestoreTest>(facility).await?,
            vendors: &vendors,
            offices: &self.records::<ReportingOffice>(facility).await?,
        }))
    }

    /// The draft with the facts of today.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_draft(&self, facility: FacilityId, today: Date) -> Result<Snapshot> {
        let drafts = self.records::<SectionDraft>(facility).await?;
        Ok(Snapshot::of(&drafts, self.plan_ground(facility, today).await?))
    }

    /// What people go by today: the newest approved version with the facts of today, or the draft while nothing is
    /// approved; with the number of that version.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_in_force(&self, facility: FacilityId, today: Date) -> Result<(Option<u32>, Snapshot)> {
        let versions = self.records::<PlanVersion>(facility).await?;
        match newest(&versions) {
            None => Ok((None, self.plan_draft(facility, today).await?)),
            Some(row) => {
                let ground = self.plan_ground(facility, today).await?;
                let sections = row.body.plan.sections.clone();
                Ok((Some(row.body.number), Snapshot { sections, ground }))
            }
        }
    }

    /// The plan that is meant; `None` when there is no such version.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_chosen(&self, facility: FacilityId, today: Date, which: Which) -> Result<Option<Chosen>> {
        let versions = self.records::<PlanVersion>(facility).await?;
        let row = match which {
            Which::InForce => newest(&versions),
            Which::Draft => None,
            Which::Version(number) => {
                let Some(row) = versions.into_iter().find(|row| row.body.number == number) else { return Ok(None) };
                let PlanVersion { number, approval, plan } = row.body;
                let facts_on = approval.on;
                return Ok(Some(Chosen { version: Some((number, approval)), plan, facts_on }));
            }
        };
        Ok(Some(match row {
            None => Chosen { version: None, plan: self.plan_draft(facility, today).await?, facts_on: today },
            Some(row) => {
                let ground = self.plan_ground(facility, today).await?;
                let plan = Snapshot { sections: row.body.plan.sections.clone(), ground };
                let version = Some((row.body.number, row.body.approval.clone()));
                Chosen { version, plan, facts_on: today }
            }
        }))
    }

    /// The plan as the incident room goes by it: as [`Self::plan_in_force`], and where nobody wrote the first steps yet,
    /// those the catalogue begins with.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_for_incident(
        &self,
        catalogue: &Catalogue,
        facility: FacilityId,
        today: Date,
        lang: Lang,
    ) -> Result<Snapshot> {
        let (_, plan) = self.plan_in_force(facility, today).await?;
        Ok(plan.begun(&catalogue.plan, SectionKey::Activation, lang))
    }

    /// Counted on a day in Japan; `None` while nobody has written anything.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn plan_facts(&self, facility: FacilityId, today: Date) -> Result<Option<PlanFacts>> {
        let drafts = self.records::<SectionDraft>(facility).await?;
        let versions = self.records::<PlanVersion>(facility).await?;
        if drafts.is_empty() && versions.is_empty() {
            return Ok(None);
        }
        let prints = self.records::<PlanPrint>(facility).await?;
        let ground = self.plan_ground(facility, today).await?;
        let print = newest_print(&prints);
        let version = newest(&versions);
        let current = print.is_some_and(|row| {
            row.body.fingerprint == ground.fingerprint() && Some(row.body.version) == version.map(|v| v.body.number)
        });
        let plan = match version {
            Some(row) => Snapshot { sections: row.body.plan.sections.clone(), ground },
            None => Snapshot::of(&drafts, ground),
        };
        let written = SectionKey::ALL.iter().filter(|key| state(**key, &plan) == SectionState::Written).count();
        let changes = drafts.iter().map(|row| row.changed_at).chain(versions.iter().map(|row| row.changed_at));
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Some(PlanFacts {
            version: version.map(|row| row.body.number),
            approved: version.map(|row| row.body.approval.on),
            printed: print.map(|row| row.body.on),
            printed_current: current,
            written: count(written),
            sections: count(SectionKey::ALL.len()),
            newest_change: changes.max().map(Ts::date_in_japan),
        }))
    }
}
