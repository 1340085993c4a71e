//! The clinic's ledger: twelve rows, as many as fit on the sheet it was copied from.

use hakutaku_model::ledger::{Asset, AssetKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Number, name, kind, owner, place, system or firmware, end of support, whether it is maintained from outside.
type Row =
    (&'static str, &'static str, AssetKind, &'static str, &'static str, &'static str, Option<Date>, Option<bool>);

const WINDOWS_11: (&str, Option<Date>) = ("Windows 11 Pro 24H2", Some(date(2026, 10, 13)));
const NURSE: &str = "西 はるか";
const OFFICE: &str = "受付";

const ROWS: [Row; 12] = [
    ("1", "電子カルテ（クラウド）", AssetKind::CloudService, NURSE, "国内", "", None, Some(true)),
    ("2", "診察室の端末", AssetKind::Terminal, "院長", "診察室", WINDOWS_11.0, WINDOWS_11.1, Some(true)),
    ("3", "処置室の端末", AssetKind::Terminal, NURSE, "処置室", WINDOWS_11.0, WINDOWS_11.1, Some(true)),
    ("4", "受付の端末1", AssetKind::Terminal, OFFICE, "受付", WINDOWS_11.0, WINDOWS_11.1, Some(true)),
    ("5", "受付の端末2", AssetKind::Terminal, OFFICE, "受付", WINDOWS_11.0, WINDOWS_11.1, Some(true)),
    ("6", "資格確認の端末", AssetKind::Terminal, OFFICE, "受付", WINDOWS_11.0, WINDOWS_11.1, Some(false)),
    ("7", "顔認証の読み取り機", AssetKind::Other, OFFICE, "受付", "", None, Some(false)),
    ("8", "インターネットのルーター", AssetKind::NetworkDevice, "", "受付の棚", "", None, None),
    ("9", "資格確認のルーター", AssetKind::NetworkDevice, OFFICE, "受付の棚", "", None, Some(true)),
    ("10", "無線の親機", AssetKind::NetworkDevice, "", "廊下", "", None, None),
    ("11", "X線撮影の装置", AssetKind::MedicalDevice, "院長", "撮影室", "", None, None),
    ("12", "プリンタ", AssetKind::Other, OFFICE, "受付", "", None, Some(false)),
];

/// All of them.
pub(crate) fn devices(today: Date) -> Vec<Asset> {
    ROWS.iter()
        .map(|(number, name, kind, owner, place, os, support_ends, remote)| Asset {
            number: format!("K-{number}"),
            name: (*name).to_owned(),
            kind: *kind,
            owner: (*owner).to_owned(),
            place: (*place).to_owned(),
            os: (*os).to_owned(),
            support_ends: *support_ends,
            remote_maintenance: *remote,
            last_seen: Some(today.saturating_sub(20.days())),
            ..Asset::default()
        })
        .collect()
}
