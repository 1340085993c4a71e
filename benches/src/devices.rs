//! Devices to measure with.

use crate::installation::Numbers;
use hakutaku_model::ledger::{Asset, AssetKind};
use jiff::civil::Date;

/// Made-up devices as a hospital has them: mostly terminals, some things not known.
pub(crate) fn devices(count: usize) -> impl Iterator<Item = Asset> {
    let mut numbers = Numbers::new(35);
    (0..count).map(move |at| {
        let mut pick = |list: &[&str]| {
            let end = u64::try_from(list.len()).unwrap_or(1);
            list.get(usize::try_from(numbers.below(end)).unwrap_or(0)).copied().unwrap_or_default().to_owned()
        };
        let kind = match at % 20 {
            0 => AssetKind::Server,
            1 | 2 => AssetKind::NetworkDevice,
            3..=5 => AssetKind::MedicalDevice,
            6 => AssetKind::Other,
            _ => AssetKind::Terminal,
        };
        Asset {
            number: format!("A-{at:06}"),
            name: format!("{}-{at:06}", pick(&["PC", "NOTE", "ナース端末", "サーバ", "モニタ"])),
            kind,
            owner: pick(&["情報システム課", "看護部", "放射線科", "検査科", "医事課", ""]),
            place: pick(&["本館1階 受付", "本館2階 ナースステーション", "東館3階 検査室", "別館 事務室", ""]),
            maker: pick(&["甲製作所", "乙電機", "丙システムズ"]),
            model: pick(&["X100", "X200", "Z9"]),
            serial: format!("SN-{at:06}"),
            os: pick(&["Windows 11 Pro 24H2", "Windows 10 Pro 22H2", "RHEL 9.4", ""]),
            support_ends: Date::new(2024 + i16::try_from(at % 8).unwrap_or(0), 10, 14).ok().filter(|_| at % 5 != 0),
            ip: format!("10.{}.{}.{}", at / 65_536, at / 256 % 256, at % 256),
            segment: pick(&["診療系", "部門系", "事務系", "保守系"]),
            remote_maintenance: [None, Some(true), Some(false)][at % 3],
            rto_hours: [None, Some(4), Some(24)][at % 3],
            ..Asset::default()
        }
    })
}
