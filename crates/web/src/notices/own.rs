//! "You have two of these": a notice held against the facility's own ledger. Computed when a page is asked for, stored
//! nowhere, sent nowhere.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::KeptAsset;
use hakutaku_model::region::notice::{Criterion, Matched, OwnRow, matched};
use std::collections::BTreeSet;

/// What of the ledger a notice is about.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// How many, in the rules' words.
    pub(crate) found: Matched,
    /// Devices concerned: id and name.
    pub(crate) hit: Vec<(AssetId, String)>,
    /// Devices to look at, since their version is not known.
    pub(crate) look: Vec<(AssetId, String)>,
}

fn name(asset: &KeptAsset) -> String {
    let parts = [&asset.asset.name, &asset.asset.maker, &asset.asset.model];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

/// The device as a product, and its operating system as another.
fn rows(asset: &KeptAsset) -> [OwnRow; 2] {
    let body = &asset.asset;
    let row = |maker: &str, product: &str, version: &str| OwnRow {
        name: body.name.clone(),
        maker: maker.to_owned(),
        product: product.to_owned(),
        version: version.to_owned(),
        count: 1,
    };
    let product = if body.model.is_empty() { &body.name } else { &body.model };
    // The name of a system holds numbers that are no version of it (`Windows Server 2019`): its version counts as unknown.
    [row(&body.maker, product, &body.firmware), row("", &body.os, "")]
}

/// Holds products against devices.
pub(crate) fn among(criteria: &[Criterion], assets: &[KeptAsset]) -> Own {
    let all: Vec<OwnRow> = assets.iter().flat_map(rows).collect();
    let both = matched(criteria, &all);
    // Two rows of one device are one device, and what is certain wins.
    let hit: BTreeSet<usize> = both.hit.iter().map(|at| at / 2).collect();
    let look: BTreeSet<usize> = both.look.iter().map(|at| at / 2).filter(|at| !hit.contains(at)).collect();
    let named = |all: &BTreeSet<usize>| -> Vec<(AssetId, String)> {
        all.iter().filter_map(|at| assets.get(*at)).map(|asset| (asset.id, name(asset))).collect()
    };
    let (hits, looks) = (named(&hit), named(&look));
    let count = |all: &BTreeSet<usize>| u64::try_from(all.len()).unwrap_or(u64::MAX);
    let found = Matched {
        hit_count: count(&hit),
        look_count: count(&look),
        hit: hit.into_iter().collect(),
        look: look.into_iter().collect(),
    };
    Own { found, hit: hits, look: looks }
}

/// The same against the facility's ledger; `None` when the notice names no product.
pub(crate) async fn own(app: &AppState, facility: FacilityId, criteria: &[Criterion]) -> Result<Option<Own>, Problem> {
    if criteria.is_empty() {
        return Ok(None);
    }
    Ok(Some(among(criteria, &app.store.all_assets(facility).await?)))
}
