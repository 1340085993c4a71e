//! The hospital's 312 devices and services: counted out, never drawn, so that the demo is the same everywhere.
//!
//! Four have no owner and three are past their maker's support. Ends of support of Windows are Microsoft's published
//! days; makers and models are made up.

use hakutaku_model::ledger::{Asset, AssetKind};
use hakutaku_model::record::RecordId;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Where the device register finds systems (by name) and vendors (by key).
pub(crate) struct Places<'a> {
    pub(crate) system: &'a dyn Fn(&str) -> Option<RecordId>,
    pub(crate) vendor: &'a dyn Fn(&str) -> Option<RecordId>,
    pub(crate) today: Date,
}

const SERVER_2012: (&str, Date) = ("Windows Server 2012 R2", date(2023, 10, 10));
const SERVER_2019: (&str, Date) = ("Windows Server 2019", date(2029, 1, 9));
const SERVER_2022: (&str, Date) = ("Windows Server 2022", date(2031, 10, 14));
const WINDOWS_11: (&str, Date) = ("Windows 11 Enterprise 24H2", date(2027, 10, 12));
const WINDOWS_7: (&str, Date) = ("Windows 7 Professional SP1", date(2020, 1, 14));

/// Name, system, vendor key, owner, place, system of the machine, remotely maintained, importance, order.
type Server = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    (&'static str, Date),
    Option<bool>,
    u16,
    u16,
);

const SERVER_ROOM: &str = "本館1階 サーバ室";

const SERVERS: [Server; 18] = [
    ("電子カルテ 応用", "電子カルテ", "emr", "医療情報管理室", SERVER_ROOM, SERVER_2022, Some(true), 1, 3),
    ("電子カルテ データ", "電子カルテ", "emr", "医療情報管理室", SERVER_ROOM, SERVER_2022, Some(true), 1, 2),
    ("電子カルテ データ（待機）", "電子カルテ", "emr", "医療情報管理室", SERVER_ROOM, SERVER_2022, Some(true), 1, 13),
    ("電子カルテ 参照用", "電子カルテ", "emr", "医療情報管理室", SERVER_ROOM, SERVER_2019, Some(true), 4, 14),
    ("オーダリング", "オーダリング", "emr", "医療情報管理室", SERVER_ROOM, SERVER_2022, Some(true), 2, 4),
    ("医事会計", "医事会計・レセプト", "emr", "医事課", SERVER_ROOM, SERVER_2019, Some(true), 9, 8),
    ("レセプト電算", "医事会計・レセプト", "emr", "医事課", SERVER_ROOM, SERVER_2019, Some(true), 10, 9),
    ("検査 受付・結果", "検体検査", "laboratory", "検査科", "本館2階 検査室", SERVER_2012, None, 3, 5),
    ("検査 連携", "検体検査", "laboratory", "検査科", "本館2階 検査室", SERVER_2019, None, 3, 6),
    ("画像 保管", "画像（PACS）", "imaging", "放射線科", "本館1階 読影室", SERVER_2022, Some(true), 5, 7),
    ("画像 参照", "画像（PACS）", "imaging", "放射線科", "本館1階 読影室", SERVER_2022, Some(true), 6, 10),
    ("調剤支援", "調剤支援", "emr", "薬剤科", "本館1階 薬剤科", SERVER_2019, Some(true), 7, 11),
    ("ナースコール制御", "ナースコール・モニタ", "", "看護部", "本館4階 設備室", SERVER_2019, Some(false), 8, 12),
    ("給食献立", "給食・栄養", "meals", "", "別館1階 栄養科", SERVER_2019, None, 15, 17),
    (
        "ディレクトリ 1",
        "認証と名前の台（ディレクトリ）",
        "network",
        "情報システム係",
        SERVER_ROOM,
        SERVER_2022,
        Some(false),
        2,
        1,
    ),
    (
        "ディレクトリ 2",
        "認証と名前の台（ディレクトリ）",
        "network",
        "情報システム係",
        SERVER_ROOM,
        SERVER_2022,
        Some(false),
        2,
        15,
    ),
    ("ファイル共有", "ファイル共有", "", "情報システム係", SERVER_ROOM, SERVER_2019, Some(false), 14, 16),
    ("控え（バックアップ）", "", "cloud", "情報システム係", SERVER_ROOM, SERVER_2022, Some(true), 13, 18),
];

/// Department, place, how many terminals, the system most of them are for.
const DEPARTMENTS: [(&str, &str, usize, &str); 16] = [
    ("3階東病棟", "本館3階 東ステーション", 14, "電子カルテ"),
    ("3階西病棟", "本館3階 西ステーション", 14, "電子カルテ"),
    ("4階東病棟", "本館4階 東ステーション", 14, "電子カルテ"),
    ("4階西病棟", "本館4階 西ステーション", 14, "電子カルテ"),
    ("5階東病棟", "本館5階 東ステーション", 14, "電子カルテ"),
    ("5階西病棟", "本館5階 西ステーション", 14, "電子カルテ"),
    ("外来", "本館1階 外来診察室", 36, "電子カルテ"),
    ("医事課", "本館1階 医事課", 22, "医事会計・レセプト"),
    ("検査科", "本館2階 検査室", 12, "検体検査"),
    ("放射線科", "本館1階 読影室", 12, "画像（PACS）"),
    ("薬剤科", "本館1階 薬剤科", 10, "調剤支援"),
    ("リハビリ科", "別館2階 訓練室", 8, "電子カルテ"),
    ("手術室", "本館2階 手術室", 8, "手術・麻酔記録"),
    ("事務部", "別館3階 事務室", 8, "ファイル共有"),
    ("地域連携室", "本館1階 地域連携室", 6, "電子カルテ"),
    ("栄養科", "別館1階 栄養科", 4, "給食・栄養"),
];

/// What it is, the department that owns it, place, how many, the system it hangs on, whether a firm looks after it.
const MEDICAL: [(&str, &str, &str, usize, &str, &str); 9] = [
    ("CT装置", "放射線科", "本館1階 CT室", 1, "画像（PACS）", "imaging"),
    ("MRI装置", "放射線科", "本館1階 MRI室", 1, "画像（PACS）", "imaging"),
    ("一般撮影装置", "放射線科", "本館1階 撮影室", 2, "画像（PACS）", "imaging"),
    ("超音波診断装置", "検査科", "本館2階 生理検査室", 4, "画像（PACS）", ""),
    ("生化学分析装置", "検査科", "本館2階 検査室", 2, "検体検査", "laboratory"),
    ("血球計数装置", "検査科", "本館2階 検査室", 2, "検体検査", "laboratory"),
    ("生体情報モニタ（中央）", "看護部", "各病棟ステーション", 6, "ナースコール・モニタ", ""),
    ("輸液ポンプ管理", "臨床工学室", "本館2階 臨床工学室", 6, "", ""),
    ("内視鏡装置", "内視鏡室", "本館1階 内視鏡室", 4, "画像（PACS）", "imaging"),
];

/// All 312, in the order of their numbers.
pub(crate) fn devices(places: &Places<'_>) -> Vec<Asset> {
    let mut all = servers(places);
    all.extend(terminals(places));
    all.extend(network(places));
    all.extend(medical(places));
    all.extend(cloud_and_others(places));
    all
}

fn seen(places: &Places<'_>, at: usize) -> Option<Date> {
    // Most were seen in the last count; every fortieth was not found then.
    let days = if at % 40 == 17 { 210 } else { 12 + i64::try_from(at % 9).unwrap_or_default() };
    Some(places.today.saturating_sub(days.days()))
}

fn servers(places: &Places<'_>) -> Vec<Asset> {
    SERVERS
        .iter()
        .enumerate()
        .map(|(at, (name, system, vendor, owner, place, (os, ends), remote, importance, order))| Asset {
            number: format!("A-{:03}", at + 1),
            name: (*name).to_owned(),
            kind: AssetKind::Server,
            system: (places.system)(system),
            owner: (*owner).to_owned(),
            place: (*place).to_owned(),
            maker: "見本計算機".to_owned(),
            model: "MS-4200".to_owned(),
            serial: format!("MS42-{:05}", 10_301 + at * 7),
            os: (*os).to_owned(),
            support_ends: Some(*ends),
            ip: format!("10.20.1.{}", at + 11),
            segment: if at < 7 || at == 11 { "診療系" } else { "基盤" }.to_owned(),
            remote_maintenance: *remote,
            vendor: (places.vendor)(vendor),
            clinical_importance: Some(*importance),
            recovery_order: Some(*order),
            last_seen: seen(places, at),
            ..Asset::default()
        })
        .collect()
}

fn terminals(places: &Places<'_>) -> Vec<Asset> {
    let mut all = Vec::with_capacity(210);
    for (department, place, count, system) in DEPARTMENTS {
        for nth in 1..=count {
            let at = all.len();
            // One machine of the kitchens runs the old menu program, and two lie in a cupboard nobody keeps.
            let (os, ends) = if department == "栄養科" && nth == 4 { WINDOWS_7 } else { WINDOWS_11 };
            let nobody = department == "リハビリ科" && nth > 6;
            all.push(Asset {
                number: format!("T-{:03}", at + 1),
                name: format!("{department} 端末{nth}"),
                kind: AssetKind::Terminal,
                system: (places.system)(system),
                owner: if nobody { String::new() } else { department.to_owned() },
                place: place.to_owned(),
                maker: "見本計算機".to_owned(),
                model: if nth % 3 == 0 { "MN-13（持ち運び）" } else { "MD-500" }.to_owned(),
                serial: format!("MT25-{:05}", 20_107 + at * 3),
                os: os.to_owned(),
                support_ends: Some(ends),
                ip: format!("10.20.{}.{}", 10 + at / 200, 20 + at % 200),
                segment: if matches!(department, "事務部" | "栄養科") { "事務系" } else { "診療系" }.to_owned(),
                remote_maintenance: Some(false),
                last_seen: seen(places, at),
                ..Asset::default()
            });
        }
    }
    all
}

fn network(places: &Places<'_>) -> Vec<Asset> {
    let mut all: Vec<(String, String, &str, Option<bool>, &str)> = vec![
        ("ファイアウォール".into(), SERVER_ROOM.into(), "MF-300", Some(true), "network"),
        ("中心のスイッチ".into(), SERVER_ROOM.into(), "MX-48", Some(true), "network"),
        ("VPN装置（遠隔保守）".into(), SERVER_ROOM.into(), "MV-60", Some(true), "network"),
        ("検査機器の専用ルーター".into(), "本館2階 検査室".into(), "MR-10", None, "laboratory"),
        ("給食の家庭用ルーター".into(), "別館1階 栄養科".into(), "家庭用", None, "meals"),
    ];
    all.extend(
        (1..=14).map(|n| (format!("無線の親機 {n}"), format!("{}階 廊下", 1 + (n - 1) % 5), "MW-6", Some(false), "")),
    );
    all.extend((1..=27).map(|n| {
        (format!("床のスイッチ {n}"), format!("{}階 配線盤", 1 + (n - 1) % 5), "MX-24", Some(false), "network")
    }));
    all.into_iter()
        .enumerate()
        .map(|(at, (name, place, model, remote, vendor))| Asset {
            number: format!("N-{:03}", at + 1),
            name,
            kind: AssetKind::NetworkDevice,
            owner: if model == "家庭用" { String::new() } else { "情報システム係".to_owned() },
            place,
            maker: if model == "家庭用" { "不明" } else { "見本網機器" }.to_owned(),
            model: model.to_owned(),
            firmware: match model {
                "家庭用" | "MR-10" => String::new(),
                "MV-60" => "5.2.7".to_owned(),
                _ => "3.1.4".to_owned(),
            },
            support_ends: (model != "家庭用" && model != "MR-10").then(|| places.today.saturating_add(900.days())),
            ip: format!("10.20.250.{}", at + 1),
            segment: "基盤".to_owned(),
            remote_maintenance: remote,
            vendor: (places.vendor)(vendor),
            last_seen: seen(places, at),
            ..Asset::default()
        })
        .collect()
}

fn medical(places: &Places<'_>) -> Vec<Asset> {
    let mut all = Vec::with_capacity(28);
    for (what, owner, place, count, system, vendor) in MEDICAL {
        for nth in 1..=count {
            let at = all.len();
            let old = what == "超音波診断装置" && nth == 4;
            let known = matches!(what, "CT装置" | "MRI装置" | "一般撮影装置" | "生化学分析装置");
            all.push(Asset {
                number: format!("M-{:03}", at + 1),
                name: if count == 1 { what.to_owned() } else { format!("{what} {nth}") },
                kind: AssetKind::MedicalDevice,
                system: (places.system)(system),
                owner: owner.to_owned(),
                place: place.to_owned(),
                maker: "見本医療機器".to_owned(),
                model: format!("ME-{}", 100 + at * 10),
                serial: format!("ME-{:06}", 400_021 + at * 11),
                os: if old { WINDOWS_7.0.to_owned() } else { String::new() },
                support_ends: if old {
                    Some(WINDOWS_7.1)
                } else {
                    known.then(|| places.today.saturating_add(1_400.days()))
                },
                segment: if system == "検体検査" { "検査系" } else { "画像系" }.to_owned(),
                remote_maintenance: match vendor {
                    "imaging" => Some(true),
                    "laboratory" => None,
                    _ => Some(false),
                },
                vendor: (places.vendor)(vendor),
                last_seen: seen(places, at),
                ..Asset::default()
            });
        }
    }
    all
}

fn cloud_and_others(places: &Places<'_>) -> Vec<Asset> {
    let row = |number: String, name: &str, kind, owner: &str, place: &str, vendor: &str| Asset {
        number,
        name: name.to_owned(),
        kind,
        owner: owner.to_owned(),
        place: place.to_owned(),
        remote_maintenance: Some(false),
        vendor: (places.vendor)(vendor),
        last_seen: seen(places, 0),
        ..Asset::default()
    };
    let cloud = [
        ("控えの保管（クラウド）", "情報システム係", "国内の2か所", "cloud"),
        ("職員のメール", "情報システム係", "国内", "network"),
        ("予約の受付ページ", "医事課", "国内", "network"),
        ("勤務表サービス", "看護部", "国内", ""),
    ];
    let others = [
        ("複合機 事務室", "事務部", "別館3階 事務室"),
        ("複合機 医事課", "医事課", "本館1階 医事課"),
        ("複合機 外来", "外来", "本館1階 外来"),
        ("監視カメラの録画機", "事務部", "本館1階 守衛室"),
        ("エレベーターの見守り装置", "事務部", "本館 機械室"),
        ("入退室の記録装置", "事務部", "本館1階 守衛室"),
    ];
    let mut all: Vec<Asset> = cloud
        .into_iter()
        .enumerate()
        .map(|(at, (name, owner, place, vendor))| {
            row(format!("C-{:03}", at + 1), name, AssetKind::CloudService, owner, place, vendor)
        })
        .collect();
    all.extend(
        others.into_iter().enumerate().map(|(at, (name, owner, place))| {
            row(format!("E-{:03}", at + 1), name, AssetKind::Other, owner, place, "")
        }),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_312_with_a_number_each_four_without_an_owner_and_three_past_support() {
        let nobody = |_: &str| None;
        let today = date(2026, 11, 21);
        let all = devices(&Places { system: &nobody, vendor: &nobody, today });
        assert_eq!(all.len(), 312);
        assert_eq!(all.iter().map(|asset| asset.number.as_str()).collect::<BTreeSet<_>>().len(), 312);
        assert_eq!(all.iter().filter(|asset| asset.owner.is_empty()).count(), 4);
        assert_eq!(all.iter().filter(|asset| asset.support_ends.is_some_and(|day| day < today)).count(), 3);
        let count = |kind| all.iter().filter(|asset| asset.kind == kind).count();
        assert_eq!(AssetKind::ALL.map(count), [18, 210, 46, 28, 4, 6]);
        assert_eq!((all[0].number.as_str(), all[230].number.as_str()), ("A-001", "N-003"));
    }
}
