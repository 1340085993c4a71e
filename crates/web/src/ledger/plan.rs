//! What typed cells would change: read, checked, and compared with what stands. Nothing is written here.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::cell::{Names, read};
use hakutaku_model::ledger::check::{CellFault, Fault};
use hakutaku_model::ledger::{Asset, AssetKind, Column, KeptAsset, search};
use hakutaku_store::AssetChange;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A row as typed: cells by column; without an id it is a new one.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    /// Which row, and the version it was typed on; `None`: a new row.
    pub(crate) row: Option<(AssetId, i64)>,
    /// What stands in the cells that were touched.
    pub(crate) cells: BTreeMap<Column, String>,
}

/// What comes of typed rows.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// One change per typed row, in order; complete only when nothing is wrong.
    pub(crate) changes: Vec<AssetChange>,
    /// Before and after, in the order of the typed rows; before is `None` for new ones.
    pub(crate) rows: Vec<(Option<KeptAsset>, Asset)>,
    /// What is wrong: number of the typed row, and the fault.
    pub(crate) faults: Vec<(usize, Fault)>,
    /// Rows that somebody else changed meanwhile, as they stand; `None`: gone or out of use.
    pub(crate) conflicts: Vec<(usize, Option<KeptAsset>)>,
}

impl Plan {
    /// Whether it can be carried out.
    pub(crate) fn is_right(&self) -> bool {
        self.faults.is_empty() && self.conflicts.is_empty()
    }

    /// Reads typed rows against what stands.
    pub(crate) async fn make(
        app: &AppState,
        facility: FacilityId,
        names: &Names,
        typed: &[Typed],
    ) -> Result<Self, Problem> {
        let ids: Vec<AssetId> = typed.iter().filter_map(|typed| typed.row.map(|(id, _)| id)).collect();
        let stands: HashMap<AssetId, KeptAsset> =
            app.store.assets_of(facility, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut plan = Self::default();
        for (at, typed) in typed.iter().enumerate() {
            let before = typed.row.and_then(|(id, _)| stands.get(&id)).cloned();
            let expected = typed.row.map(|(_, version)| version);
            let moved = before.as_ref().map(|row| row.version) != expected;
            if moved || before.as_ref().is_some_and(|row| row.retired_at.is_some()) {
                plan.conflicts.push((at, before.clone().filter(|row| row.retired_at.is_none())));
            }
            let empty = || Asset { kind: AssetKind::Other, ..Asset::default() };
            let mut asset = before.as_ref().map_or_else(empty, |row| row.asset.clone());
            for (column, text) in &typed.cells {
                if let Err(what) = read(*column, text, names, &mut asset) {
                    plan.faults.push((at, Fault { column: *column, what }));
                }
            }
            let asset = asset.tidied();
            plan.faults.extend(asset.faults().into_iter().map(|fault| (at, fault)));
            plan.changes.push(match typed.row {
                Some((id, expected)) => AssetChange::Change { id, expected, asset: asset.clone() },
                None => AssetChange::Create(asset.clone()),
            });
            plan.rows.push((before, asset));
        }
        plan.check_numbers(app, facility, &ids).await?;
        Ok(plan)
    }

    /// A management number may stand once: among the typed rows, and in the rest of the ledger.
    async fn check_numbers(&mut self, app: &AppState, facility: FacilityId, typed: &[AssetId]) -> Result<(), Problem> {
        let mut seen = HashSet::new();
        for (at, (before, asset)) in self.rows.iter().enumerate() {
            let key = search::key(&asset.number);
            if key.is_empty() {
                continue;
            }
            let fault = |what| (at, Fault { column: Column::Number, what });
            if !seen.insert(key.clone()) {
                self.faults.push(fault(CellFault::NumberTwice));
            } else if before.as_ref().is_none_or(|row| search::key(&row.asset.number) != key)
                && let Some(other) = app.store.asset_by_number(facility, &asset.number).await?
                // A row typed here may give its number up to another one.
                && !typed.contains(&other.id)
            {
                self.faults.push(fault(CellFault::NumberTaken));
            }
        }
        Ok(())
    }
}
