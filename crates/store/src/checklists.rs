//! The official forms of a facility: everything they stand on, gathered once. The forms themselves are computed by
//! `hakutaku_model::checklist`; pages, API, command line and inspection pack all start here.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::catalogue::{Catalogue, Checklist};
use hakutaku_model::checklist::{FormGround, ItemAnswer, VendorHead, editions};
use hakutaku_model::id::FacilityId;
use hakutaku_model::official::OfficialForm;
use hakutaku_model::vendor::Engagement;
use jiff::civil::Date;

impl Store {
    /// What all forms of a facility are computed from: [`FormGround::view`] makes any of them.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn form_ground(&self, catalogue: &Catalogue, facility: FacilityId, today: Date) -> Result<FormGround> {
        let vendors = self.records::<Engagement>(facility).await?;
        Ok(FormGround {
            editions: self.checklist_editions(catalogue, facility).await?,
            answers: self.records::<ItemAnswer>(facility).await?,
            vendors: vendors
                .into_iter()
                .map(|row| VendorHead { id: row.id, contracted: row.body.is_contracted(today), name: row.body.name })
                .collect(),
            facts: self.facts(catalogue, facility, today).await?,
            today,
        })
    }

    /// All editions a facility can work with, oldest first: those of the catalogue and those read from official files.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn checklist_editions(&self, catalogue: &Catalogue, facility: FacilityId) -> Result<Vec<Checklist>> {
        // What nobody has confirmed yet is no edition.
        let loaded: Vec<Checklist> = self
            .records::<OfficialForm>(facility)
            .await?
            .into_iter()
            .filter(|row| row.body.confirmed)
            .map(|row| row.body.edition())
            .collect();
        Ok(editions(catalogue, &loaded))
    }
}
