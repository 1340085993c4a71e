//! A file and a profile become a plan, and a plan becomes changes of the ledger.

use crate::AppState;
use crate::results::press;
use crate::shell::problem::Problem;
use bytes::Bytes;
use hakutaku_discovery::devices::{DeviceList, guessed_profile};
use hakutaku_discovery::tables;
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger_import::{ImportPlan, ImportProfile, Verdict, plan};
use hakutaku_model::record::Kept;
use hakutaku_model::text::{Text, folded};
use hakutaku_store::AssetChange;

/// Which profile is meant.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// Guess from the headings.
    Guess,
    /// This one.
    This(ImportProfile),
}

/// The saved profile of this name.
pub(crate) async fn profile(
    app: &AppState,
    facility: FacilityId,
    name: &str,
) -> Result<Option<Kept<ImportProfile>>, Problem> {
    Ok(app.store.record_by_key::<ImportProfile>(facility, &folded(name)).await?)
}

/// What a file would do to the ledger as it stands now. The inner error is the file's.
pub(crate) async fn planned(
    app: &AppState,
    facility: FacilityId,
    file: String,
    content: Bytes,
    wanted: Wanted,
) -> Result<Result<ImportPlan, Text>, Problem> {
    let names = crate::ledger::names(app, facility).await?;
    let existing = app.store.all_assets(facility).await?;
    press(move || {
        let tables = tables::read(&content, &file).map_err(|refused| refused.text())?;
        let profile = match wanted {
            Wanted::Guess => guessed_profile(&tables),
            Wanted::This(profile) => profile,
        };
        let list = DeviceList::new(&tables, &profile).ok_or_else(|| tables::TableRefused::NothingInIt.text())?;
        plan(&existing, &list.headings, list.rows(), &profile, &names).map_err(|refused| refused.text())
    })
    .await
}

/// The changes of a plan, rejected rows left out.
pub(crate) fn changes(plan: ImportPlan) -> Vec<AssetChange> {
    plan.rows
        .into_iter()
        .filter_map(|row| match row.verdict {
            Verdict::Created(asset) => Some(AssetChange::Create(*asset)),
            Verdict::Updated { id, version, asset, .. } => {
                Some(AssetChange::Change { id, expected: version, asset: *asset })
            }
            Verdict::Unchanged(_) | Verdict::Rejected(_) => None,
        })
        .collect()
}
