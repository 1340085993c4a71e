//! Everything readiness stands on, gathered once for the page and the API.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::checklist::{FormKind, ItemAnswer, Mark};
use hakutaku_model::facility::FacilityProfile;
use hakutaku_model::facts::FactSheet;
use hakutaku_model::id::FacilityId;
use hakutaku_model::readiness::{ChecklistCount, Ground, ReadinessNote, Revision};
use hakutaku_model::record::Kept;
use hakutaku_model::time::Ts;
use std::collections::BTreeMap;

/// What a facility's readiness stands on.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) profile: FacilityProfile,
    pub(crate) facts: FactSheet,
    pub(crate) kept: Vec<Kept<ReadinessNote>>,
    notes: BTreeMap<String, ReadinessNote>,
    checklist: Option<ChecklistCount>,
    at: Ts,
}

impl Gathered {
    pub(crate) async fn of(app: &AppState, facility: FacilityId) -> Result<Self, Problem> {
        let today = app.now().date_in_japan();
        let kept = app.store.records::<ReadinessNote>(facility).await?;
        Ok(Self {
            profile: app.store.facility(facility).await?.profile,
            facts: app.store.facts(&app.catalogue, facility, today).await?,
            notes: kept.iter().map(|row| (row.body.condition.clone(), row.body.clone())).collect(),
            kept,
            checklist: pharmacy_checklist(&app.store.records::<ItemAnswer>(facility).await?),
            at: app.now(),
        })
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            profile: &self.profile,
            facts: &self.facts,
            notes: &self.notes,
            pharmacy_checklist: self.checklist,
            today: self.at.date_in_japan(),
        }
    }
}

/// The newest edition of the pharmacy form that has an answer.
fn pharmacy_checklist(answers: &[Kept<ItemAnswer>]) -> Option<ChecklistCount> {
    let pharmacy = || answers.iter().map(|row| &row.body).filter(|answer| answer.key.form == FormKind::Pharmacy);
    let newest_of = |answer: &ItemAnswer| answer.second.or(answer.first);
    // Editions carry no order of their own here; the one checked last is the one in use.
    let edition = pharmacy()
        .filter_map(|answer| newest_of(answer).map(|round| (round.on, answer.key.edition.as_str())))
        .max()
        .map(|(_, edition)| edition)?;
    let mut count = ChecklistCount::default();
    for round in pharmacy().filter(|answer| answer.key.edition == edition).filter_map(newest_of) {
        match round.mark {
            Mark::Yes => count.yes += 1,
            Mark::No => count.no += 1,
        }
        count.newest = count.newest.max(Some(round.on));
    }
    Some(count)
}

/// The revision asked for; the newest that is in force everywhere is the last one.
pub(crate) fn revision<'c>(revisions: &'c [Revision], year: Option<&str>) -> Option<&'c Revision> {
    match year {
        None => revisions.last(),
        Some(year) => revisions.iter().find(|revision| revision.year.to_string() == year),
    }
}
