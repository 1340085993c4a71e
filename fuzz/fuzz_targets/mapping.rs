//! A list of any bytes is planned without a panic, and taken in twice it changes nothing the second time.

#![no_main]

use hakutaku_discovery::devices::{DeviceList, guessed_profile};
use hakutaku_discovery::tables::read;
use hakutaku_model::id::AssetId;
use hakutaku_model::ledger::KeptAsset;
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger_import::{Verdict, plan};
use hakutaku_model::time::Ts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Random bytes seldom name a column: the headings are given, the rows are theirs.
    let file = ["管理番号,名称,種別,製造番号,サポート期限,備考\n".as_bytes(), data].concat();
    let Ok(tables) = read(&file, "list.csv") else { return };
    let profile = guessed_profile(&tables);
    let Some(list) = DeviceList::new(&tables, &profile) else { return };
    let Ok(first) = plan(&[], &list.headings, list.rows(), &profile, &Names::default()) else { return };
    let at = Ts::from_micros(0);
    let kept: Vec<KeptAsset> = first
        .rows
        .into_iter()
        .filter_map(|row| match row.verdict {
            Verdict::Created(asset) => Some(KeptAsset {
                id: AssetId(uuid::Uuid::from_u128(row.row as u128)),
                version: 1,
                asset: *asset,
                created_at: at,
                changed_at: at,
                changed_by: String::new(),
                retired_at: None,
            }),
            _ => None,
        })
        .collect();
    let again = plan(&kept, &list.headings, list.rows(), &profile, &Names::default());
    assert_eq!(again.map(|plan| plan.counts().created).unwrap_or_default(), 0);
});
