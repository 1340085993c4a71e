//! Copies of the systems, tries at restoring them, and what the repository says it holds. The medical record is well
//! kept; claims have nothing offline and came back too late; the laboratory has no copy.

use crate::DemoError;
use hakutaku_discovery::snapshots::read_snapshots;
use hakutaku_model::backup::{
    BackupCopy, CopyMedium, CopyMethod, CopyPlace, RestoreTest, Separation, SnapshotList, SnapshotMatch,
};
use hakutaku_model::known::Known;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::Ts;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;

/// Nights in the list of snapshots.
const NIGHTS: i64 = 14;

/// System, what is copied, medium, place, where exactly, method, how it is kept apart, generations, hours, days kept.
type Row = (&'static str, &'static str, CopyMedium, CopyPlace, &'static str, CopyMethod, Separation, u32, u32, u32);

const RECORD: &str = "電子カルテ";
const ORDERS: &str = "オーダリング";
const CLAIMS: &str = "医事会計・レセプト";
const DIRECTORY: &str = "認証と名前の台（ディレクトリ）";

/// The first of each system is the one a restore begins with.
const COPIES: [Row; 8] = [
    (
        RECORD,
        "電子カルテ 毎晩のイメージ",
        CopyMedium::Disk,
        CopyPlace::SameBuilding,
        "本館4階 設備室の保管装置",
        CopyMethod::Image,
        Separation::Online,
        14,
        24,
        14,
    ),
    (
        RECORD,
        "電子カルテ 外して金庫へ入れる控え",
        CopyMedium::RemovableDisk,
        CopyPlace::OtherBuilding,
        "別館3階 事務室の金庫",
        CopyMethod::Export,
        Separation::OfflineMedium,
        7,
        24,
        7,
    ),
    (
        RECORD,
        "電子カルテ クラウドの控え",
        CopyMedium::Cloud,
        CopyPlace::Cloud,
        "国内の2か所",
        CopyMethod::Files,
        Separation::Immutable,
        30,
        24,
        30,
    ),
    (
        ORDERS,
        "オーダリング（電子カルテの控えに入る）",
        CopyMedium::Disk,
        CopyPlace::SameBuilding,
        "本館4階 設備室の保管装置",
        CopyMethod::Image,
        Separation::Online,
        14,
        24,
        14,
    ),
    (
        ORDERS,
        "オーダリング クラウドの控え（電子カルテと同じ）",
        CopyMedium::Cloud,
        CopyPlace::Cloud,
        "国内の2か所",
        CopyMethod::Files,
        Separation::Immutable,
        30,
        24,
        30,
    ),
    (
        CLAIMS,
        "医事会計 毎晩の書き出し",
        CopyMedium::Disk,
        CopyPlace::SameRoom,
        "本館1階 サーバ室の保管装置",
        CopyMethod::Export,
        Separation::Online,
        5,
        24,
        5,
    ),
    (
        CLAIMS,
        "医事会計 待機側への複製",
        CopyMedium::Disk,
        CopyPlace::SameRoom,
        "本館1階 サーバ室",
        CopyMethod::Replica,
        Separation::Online,
        1,
        1,
        1,
    ),
    (
        DIRECTORY,
        "ディレクトリ 毎晩のイメージ",
        CopyMedium::Disk,
        CopyPlace::SameBuilding,
        "本館4階 設備室の保管装置",
        CopyMethod::Image,
        Separation::Online,
        14,
        24,
        14,
    ),
];

/// The copies; `cloud` is the row of the firm that keeps those in the cloud.
pub(crate) fn copies(system: &dyn Fn(&str) -> Option<RecordId>, cloud: Option<RecordId>) -> Vec<BackupCopy> {
    COPIES
        .iter()
        .filter_map(|(of, name, medium, place, place_note, method, separation, generations, hours, days)| {
            let in_cloud = *medium == CopyMedium::Cloud;
            let offline = separation.is_accepted();
            Some(BackupCopy {
                system: system(of)?,
                name: (*name).to_owned(),
                medium: *medium,
                place: *place,
                place_note: (*place_note).to_owned(),
                method: *method,
                separation: *separation,
                generations: Some(*generations),
                interval_hours: Some(*hours),
                retention_days: Some(*days),
                encrypted: if in_cloud { Known::Yes } else { Known::No },
                deletable_by: if in_cloud { "保管の管理者2人（二要素）" } else { "情報システム係" }.to_owned(),
                deletable_by_production: if offline { Known::No } else { Known::Yes },
                contract: cloud.filter(|_| in_cloud),
                evidence: if offline { "運用管理規程 別表5、控えの作業記録" } else { "" }.to_owned(),
                snapshots: in_cloud.then(|| SnapshotMatch {
                    host: "emr-db".to_owned(),
                    tag: "nightly".to_owned(),
                    path: String::new(),
                }),
                note: String::new(),
            })
        })
        .collect()
}

/// System, days ago, where to, what was looked at, minutes, who.
const TESTS: [(&str, i64, &str, &str, u32, &str); 2] = [
    (
        RECORD,
        95,
        "予備のサーバ（網から切り離した）",
        "見本の患者3人の記録、前日の処方、画像へのつながり",
        1_120,
        "情報システム係 小田 真、見本電子カルテサービス",
    ),
    (
        CLAIMS,
        150,
        "予備のサーバ",
        "前月の請求の合計。業務ソフトの鍵の再発行を待ち、目標の72時間を超えた",
        5_940,
        "医事課、見本電子カルテサービス",
    ),
];

/// Tries at restoring: one in time, one too late.
pub(crate) fn tests(
    copies: &[Kept<BackupCopy>],
    system: &dyn Fn(&str) -> Option<RecordId>,
    today: Date,
) -> Vec<RestoreTest> {
    TESTS
        .iter()
        .filter_map(|(of, days, target, checked, minutes, who)| {
            let system = system(of)?;
            Some(RestoreTest {
                system,
                copy: copies.iter().find(|row| row.body.system == system).map(|row| row.id),
                date: today.saturating_sub(days.days()),
                target: (*target).to_owned(),
                checked: (*checked).to_owned(),
                minutes: Some(*minutes),
                success: true,
                who: (*who).to_owned(),
                documents: Vec::new(),
            })
        })
        .collect()
}

/// What `restic snapshots --json` printed on the day before, read as any such file is.
pub(crate) fn snapshots(at: Ts) -> Result<SnapshotList, DemoError> {
    let today = at.date_in_japan();
    let printed: Vec<_> = (1..=NIGHTS)
        .flat_map(|night| {
            let day = today.saturating_sub(night.days());
            [("emr-db", "/srv/emr", 0x4d2f_0c8e_u64), ("files-01", "/srv/share", 0x91b2_c3d4)].map(|(host, path, id)| {
                json!({
                    "time": format!("{day}T02:{:02}:03.123456789+09:00", night % 7),
                    "hostname": host,
                    "username": "backup",
                    "paths": [path],
                    "tags": ["nightly"],
                    "short_id": format!("{:08x}", id.wrapping_add(night.unsigned_abs() * 0x0135_7911) & 0xffff_ffff),
                    "program_version": "restic 0.17.3",
                })
            })
        })
        .collect();
    let read = read_snapshots(serde_json::Value::Array(printed).to_string().as_bytes())?;
    Ok(SnapshotList {
        repository: "クラウドの控え（見本クラウド保管）".to_owned(),
        tool: read.tool.to_owned(),
        read_at: at,
        snapshots: read.snapshots,
        left_out: read.left_out,
    })
}
