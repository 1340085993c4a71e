//! The editions there are, and the one a facility works with.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::catalogue::Guideline;
use hakutaku_model::clauses::{GuidelineChoice, GuidelineEdition};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_store::Shelf;
use std::collections::BTreeMap;

/// The ministry's guideline in the catalogue; others of it (online consultation) have pages of their own.
const OURS: &str = "mhlw-";

/// An edition of the catalogue or of a file.
#[derive(Debug, Clone)]
pub(crate) struct Edition {
    pub(crate) guideline: Guideline,
    /// Which clauses of other editions its clauses are the same as.
    pub(crate) same_as: BTreeMap<String, Vec<String>>,
    pub(crate) loaded: bool,
}

/// All editions: those of the product by edition, then those loaded.
pub(crate) async fn editions(app: &AppState) -> Result<Vec<Edition>, Problem> {
    let built_in = app.catalogue.guidelines.values().filter(|guideline| guideline.id.starts_with(OURS));
    let mut all: Vec<Edition> = built_in
        .map(|guideline| Edition { guideline: guideline.clone(), same_as: BTreeMap::new(), loaded: false })
        .collect();
    all.extend(loaded(app).await?.into_iter().map(|row| Edition {
        same_as: row.body.same_as(),
        guideline: row.body.as_guideline(),
        loaded: true,
    }));
    Ok(all)
}

/// The editions loaded from files.
pub(crate) async fn loaded(app: &AppState) -> Result<Vec<Kept<GuidelineEdition>>, Problem> {
    Ok(app.store.records::<GuidelineEdition>(Shelf::Installation).await?)
}

/// The row that says which edition a facility works with, if somebody switched.
pub(crate) async fn choice(app: &AppState, facility: FacilityId) -> Result<Option<Kept<GuidelineChoice>>, Problem> {
    Ok(app.store.record_by_key::<GuidelineChoice>(facility, "guideline").await?)
}
