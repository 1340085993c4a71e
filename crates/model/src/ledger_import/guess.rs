//! Guessing which column is which from its heading, in Japanese or English.

use super::profile::Mapped;
use crate::ledger::Column;
use crate::text::folded;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The headings are looked for in so many rows.
const HEAD_ROWS: usize = 30;

/// What lists call the columns, best first, compared by [`bare`]; the titles and keys of the ledger itself come first.
const WORDS: [(Column, &str); 23] = [
    (
        Column::Number,
        "資産番号 管理no 管理番号 資産管理番号 機器番号 備品番号 固定資産番号 台帳番号 資産コード 資産id \
         機器id no 番号 assetnumber assettag assetid assetno inventorynumber tag id",
    ),
    (
        Column::Name,
        "機器名 機器名称 ホスト名 コンピューター名 コンピュータ名 コンピュータ pc名 端末名 サーバ名 \
         サーバー名 装置名 品名 名称 資産名 サービス名 ホスト hostname host computername computer \
         devicename device name assetname machinename title",
    ),
    (
        Column::Kind,
        "種別 種類 機器種別 機器区分 区分 分類 機種区分 カテゴリ カテゴリー type kind category \
         devicetype assettype class",
    ),
    (
        Column::System,
        "システム システム名 利用システム 対象システム 用途システム 業務システム system application \
         service",
    ),
    (
        Column::Owner,
        "部署 管理部署 管理部門 所属 所管 使用部署 利用部署 担当 担当者 管理者 管理責任者 責任者 使用者 \
         利用者 部門 診療科 病棟 owner department dept responsible user assignedto custodian",
    ),
    (
        Column::Place,
        "設置場所 場所 所在 設置部署 設置先 設置 部屋 建物 フロア 階 ロケーション 保管場所 place \
         location room building floor site",
    ),
    (
        Column::Maker,
        "メーカー メーカ メーカー名 製造元 製造者 製造会社 ベンダー 製造販売業者 maker manufacturer \
         vendorname make brand",
    ),
    (
        Column::Model,
        "型番 型式 機種 機種名 モデル モデル名 製品名 製品 品番 型名 model modelname modelnumber product \
         productname",
    ),
    (
        Column::Serial,
        "製造番号 シリアル シリアル番号 シリアルno シリアルナンバー 製造no 機番 sn s/n serial \
         serialnumber serialno",
    ),
    (
        Column::Os,
        "os osバージョン os名 osの種類 基本ソフト オペレーティングシステム osversion operatingsystem \
         osname",
    ),
    (
        Column::Firmware,
        "ファームウェア ファームウエア ファームウェア版 ファームウェアバージョン ソフトウェアバージョン \
         バージョン 版 firmware firmwareversion softwareversion version",
    ),
    (
        Column::SupportEnds,
        "サポート期限 サポート終了 サポート終了日 サポート終了予定日 保守期限 保守終了日 サポート切れ \
         eol eos eosl endofsupport endoflife supportend supportends supportuntil",
    ),
    (Column::Ip, "ip ipアドレス ipaddress ipv4 ipv4アドレス ipaddresses アドレス"),
    (Column::Mac, "mac macアドレス macaddress 物理アドレス"),
    (
        Column::Segment,
        "セグメント ネットワーク ネットワークセグメント ネットワーク区画 サブネット vlan segment network \
         subnet zone",
    ),
    (
        Column::RemoteMaintenance,
        "リモート保守 遠隔保守 リモートメンテナンス リモート保守有無 遠隔保守の有無 remotemaintenance \
         remoteaccess remote",
    ),
    (
        Column::Vendor,
        "保守事業者 保守業者 保守会社 保守委託先 委託先 納入業者 業者 事業者 vendor supplier \
         maintainedby maintenancevendor",
    ),
    (Column::RtoHours, "rto 目標復旧時間 復旧目標時間 rtohours rto時間"),
    (Column::RpoHours, "rpo 目標復旧時点 復旧目標時点 rpohours rpo時間"),
    (
        Column::ClinicalImportance,
        "重要度 診療への影響 診療への影響順位 重要性 影響度 importance criticality clinicalimportance",
    ),
    (Column::RecoveryOrder, "復旧順位 復旧順 復旧優先順位 復旧優先度 優先順位 recoveryorder recoverypriority priority"),
    (
        Column::LastSeen,
        "最終確認 最終確認日 棚卸日 最終棚卸日 確認日 最終接続 最終検出 最終検出日時 lastseen \
         lastinventory lastscan lastcontact",
    ),
    (
        Column::Note,
        "備考 メモ コメント 摘要 特記事項 説明 note notes remark remarks comment comments description \
         memo 導入日 購入日 取得日 設置日 導入年月日 購入年月日 納入日 purchasedate installed \
         installdate introduced",
    ),
];

/// Headings that are the remark itself; what else goes there is written with its heading in front.
const REMARKS: [&str; 12] = [
    "備考",
    "メモ",
    "コメント",
    "摘要",
    "特記事項",
    "note",
    "notes",
    "remark",
    "remarks",
    "comment",
    "comments",
    "memo",
];

/// A heading without what does not distinguish it: width, case, spaces, signs, and what stands in brackets.
fn bare(heading: &str) -> String {
    let mut depth = 0_usize;
    let plain = folded(heading);
    let kept: String = plain
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '【' | '〔' => depth += 1,
                ')' | ']' | '】' | '〕' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0 && !c.is_whitespace() && !matches!(c, '_' | '-' | '・' | '.' | ':' | '※' | '*' | '#' | '&')
        })
        .collect();
    if kept.is_empty() { plain } else { kept }
}

/// Every known word, made bare, with its column and how good it is for it (lower is better).
static KNOWN: LazyLock<HashMap<String, (Column, usize)>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for column in Column::ALL {
        let title = column.title();
        for name in [title.ja.as_str(), title.en.as_str(), column.key()] {
            known.entry(bare(name)).or_insert((column, 0));
        }
    }
    for (column, words) in WORDS {
        for (at, word) in words.split_whitespace().enumerate() {
            known.entry(bare(word)).or_insert((column, at + 1));
        }
    }
    known
});

fn column_of(heading: &str) -> Option<Column> {
    KNOWN.get(&bare(heading)).map(|(column, _)| *column)
}

/// Whether a heading is a remark by itself.
pub(super) fn is_remark(heading: &str) -> bool {
    let word = bare(heading);
    REMARKS.iter().any(|known| bare(known) == word)
}

/// Headings as they are shown and kept in profiles: one line each, an empty one by its letter (`C列`), a repeated one
/// with its count (`備考 (2)`).
#[must_use]
pub fn heading_names(row: &[String]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    row.iter()
        .enumerate()
        .map(|(at, heading)| {
            let line: String = heading.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
            let name = if line.is_empty() { format!("{}列", letters(at)) } else { line };
            let count = seen.entry(folded(&name)).or_default();
            *count += 1;
            if *count == 1 { name } else { format!("{name} ({count})") }
        })
        .collect()
}

/// A column as spreadsheets name it: A, B, … Z, AA.
#[must_use]
pub fn letters(column: usize) -> String {
    let (mut left, mut name) = (column + 1, Vec::new());
    while left > 0 {
        left -= 1;
        name.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    name.iter().rev().collect()
}

/// Which row (from 0) holds the headings: the one with the most words we know; `None` when there is none.
#[must_use]
pub fn header_row(rows: &[Vec<String>]) -> Option<usize> {
    let score = |row: &[String]| row.iter().filter(|cell| column_of(cell).is_some()).count();
    let scored =
        rows.iter().take(HEAD_ROWS).enumerate().map(|(at, row)| (at, score(row))).filter(|(_, score)| *score > 0);
    let best = scored.max_by_key(|(at, score)| (*score, std::cmp::Reverse(*at)))?;
    Some(best.0)
}

/// Guesses a mapping from [`heading_names`]. Each column is filled by its best heading only; dates of purchase and the
/// like join the remark.
#[must_use]
pub fn guess(headings: &[String]) -> Vec<Mapped> {
    let mut found: Vec<Mapped> = Vec::new();
    for heading in headings {
        let Some(column) = column_of(heading) else { continue };
        let taken = found.iter().position(|one| one.column == column);
        match taken {
            // `資産番号` is a better number than `No.`: the earlier word of the list wins.
            Some(at) if column != Column::Note => {
                if rank(heading) < rank(&found[at].heading) {
                    found[at] = Mapped { heading: heading.clone(), column };
                }
            }
            _ => found.push(Mapped { heading: heading.clone(), column }),
        }
    }
    found
}

/// How good a heading is for its column: lower is better.
fn rank(heading: &str) -> usize {
    KNOWN.get(&bare(heading)).map_or(usize::MAX, |(_, rank)| *rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(headings: &[&str]) -> Vec<(String, Column)> {
        let row: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        guess(&heading_names(&row)).into_iter().map(|one| (one.heading, one.column)).collect()
    }

    fn column(heading: &str) -> Option<Column> {
        guessed(&[heading]).first().map(|(_, column)| *column)
    }

    #[test]
    fn the_words_of_japanese_lists_are_understood() {
        for (heading, wanted) in [
            ("機器名", Column::Name),
            ("ホスト名", Column::Name),
            ("コンピューター名", Column::Name),
            ("ｺﾝﾋﾟｭｰﾀ名", Column::Name),
            ("設置場所", Column::Place),
            ("部署", Column::Owner),
            ("製造番号", Column::Serial),
            ("シリアル Ｎｏ．", Column::Serial),
            ("ＯＳ", Column::Os),
            ("サポート期限（年月日）", Column::SupportEnds),
            ("ＩＰアドレス", Column::Ip),
            ("MAC アドレス", Column::Mac),
            ("導入日", Column::Note),
            ("Serial Number", Column::Serial),
            ("computer_name", Column::Name),
            ("Asset Tag", Column::Number),
        ] {
            assert_eq!(column(heading), Some(wanted), "{heading}");
        }
        assert_eq!(column("血液型"), None);
    }

    #[test]
    fn the_headings_of_our_own_export_are_understood_in_both_languages() {
        for known in Column::ALL {
            assert_eq!(column(&known.title().ja), Some(known));
            assert_eq!(column(&known.title().en), Some(known));
            assert_eq!(column(known.key()), Some(known));
        }
    }

    #[test]
    fn the_better_heading_wins_wherever_it_stands() {
        assert_eq!(
            guessed(&["No.", "資産番号", "名称"]),
            [("資産番号".to_owned(), Column::Number), ("名称".to_owned(), Column::Name)]
        );
    }

    #[test]
    fn headings_below_title_lines_are_found() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows =
            [row(&["医療機器一覧"]), row(&[]), row(&["管理番号", "名称", "設置場所"]), row(&["A-1", "PC", "3階"])];
        assert_eq!(header_row(&rows), Some(2));
        assert_eq!(header_row(&[row(&["a", "b"])]), None);
    }

    #[test]
    fn repeated_and_empty_headings_get_names_of_their_own() {
        let row: Vec<String> = ["備考", "", "備考\n"].map(str::to_owned).to_vec();
        assert_eq!(heading_names(&row), ["備考", "B列", "備考 (2)"]);
        assert_eq!((letters(25), letters(26), letters(299)), ("Z".to_owned(), "AA".to_owned(), "KN".to_owned()));
    }
}
