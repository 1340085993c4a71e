//! Which editions there are, which of them a year goes by, and whose form is which.

use super::FormKind;
use crate::catalogue::{Catalogue, Checklist};
use crate::facility::FacilityKind;
use crate::time::FiscalYear;

/// The only source of editions: those of the catalogue and those read from official files, oldest first. A loaded one
/// with the id of one in the catalogue takes its place.
#[must_use]
pub fn editions(catalogue: &Catalogue, loaded: &[Checklist]) -> Vec<Checklist> {
    let own = catalogue.checklists.iter().filter(|edition| loaded.iter().all(|other| other.id != edition.id));
    let mut all: Vec<Checklist> = own.chain(loaded).cloned().collect();
    // A stable sort: of two for the same year the loaded one comes last, and so counts as the newer.
    all.sort_by_key(|edition| edition.fiscal_year);
    all
}

/// Reads an edition's id as people write it: `r7` or `mhlw-r7`.
#[must_use]
pub fn find<'e>(editions: &'e [Checklist], id: &str) -> Option<&'e Checklist> {
    let by = |id: &str| editions.iter().find(|edition| edition.id == id);
    by(id).or_else(|| id.strip_prefix("mhlw-").and_then(by))
}

/// What a fiscal year goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUse<'e> {
    /// The edition published for the year, whether its items are known or not.
    pub published: Option<&'e Checklist>,
    /// The edition to work with: the published one, or the newest earlier one with items as a preparation.
    pub works_with: Option<&'e Checklist>,
}

impl InUse<'_> {
    /// Whether an earlier year's form is used to prepare, because the year's own items are not in our data.
    #[must_use]
    pub fn is_preparation(&self) -> bool {
        match (self.published, self.works_with) {
            (Some(published), Some(used)) => published.id != used.id,
            (None, used) => used.is_some(),
            (Some(_), None) => false,
        }
    }
}

/// The edition of a year, and the one to work with.
#[must_use]
pub fn in_use(editions: &[Checklist], year: FiscalYear) -> InUse<'_> {
    let works_with = editions.iter().rev().find(|edition| edition.items_available && edition.fiscal_year <= year.0);
    let published = editions.iter().rev().filter(|edition| edition.fiscal_year == year.0);
    // Of two for the same year, one whose items are known is of more use.
    let published = published.clone().find(|edition| edition.items_available).or_else(|| published.clone().next());
    InUse { published, works_with }
}

/// The years whose dates an edition takes: its own, and the years after it for which it is the one to work with.
#[must_use]
pub fn years_of(editions: &[Checklist], edition: &Checklist, today: FiscalYear) -> (FiscalYear, FiscalYear) {
    let own = FiscalYear(edition.fiscal_year);
    let last = (own.0..=today.0)
        .rev()
        .map(FiscalYear)
        .find(|year| in_use(editions, *year).works_with.is_some_and(|used| used.id == edition.id));
    (own, last.unwrap_or(own).max(own))
}

/// The newest earlier edition with items.
#[must_use]
pub fn before<'e>(editions: &'e [Checklist], edition: &Checklist) -> Option<&'e Checklist> {
    editions.iter().rev().find(|other| other.items_available && other.fiscal_year < edition.fiscal_year)
}

/// The form a facility fills in itself. Care homes are inspected on another ground; theirs is the hospital form's text
/// only as an aid, so they get none.
#[must_use]
pub fn form_of(kind: FacilityKind) -> Option<FormKind> {
    match kind {
        FacilityKind::Hospital | FacilityKind::Clinic | FacilityKind::DentalClinic | FacilityKind::MaternityHome => {
            Some(FormKind::Hospital)
        }
        FacilityKind::Pharmacy => Some(FormKind::Pharmacy),
        FacilityKind::CareHome => None,
    }
}
