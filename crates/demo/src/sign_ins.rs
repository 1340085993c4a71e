//! Who can sign in to the hospital's directory: 60 accounts, three people who have left, two of them still let in.

use hakutaku_model::accounts::{Account, AccountDecision, AccountList, FindingKind, Leaver, LeaversList, Ruling};
use jiff::ToSpan as _;
use jiff::civil::Date;

const SOURCE: &str = "院内のディレクトリ";
const FAMILY: [&str; 13] =
    ["青木", "石井", "上田", "遠藤", "大野", "川口", "木下", "小林", "斎藤", "田村", "中島", "野口", "𠮷田"];
const GIVEN: [&str; 4] = ["明", "恵", "直樹", "由美"];
const DEPARTMENTS: [&str; 8] =
    ["3階東の看護師", "4階西の看護師", "医師", "検査の技師", "薬剤師", "医事の係", "放射線の技師", "事務の係"];
/// How many people have an account of their own.
const PEOPLE: usize = 48;
/// Who has left, by place in the list: where, days ago, whether the account was disabled.
const LEFT: [(usize, i64, bool); 3] = [(7, 130, false), (21, 52, false), (33, 240, true)];
/// Who has not signed in for long, though still there.
const UNUSED: [usize; 2] = [12, 40];

fn number(at: usize) -> String {
    format!("{:05}", 10_020 + at * 13)
}

fn name(at: usize) -> String {
    format!("{} {}", FAMILY[at % FAMILY.len()], GIVEN[at / FAMILY.len() % GIVEN.len()])
}

/// Name, shown as, remark, groups, administrator, days since the last sign-in.
type Special = (&'static str, &'static str, &'static str, &'static str, bool, Option<i64>);

/// Accounts that are no ordinary person's.
const SPECIAL: [Special; 12] = [
    ("adm-oda", "小田 真（管理用）", "管理の作業だけに使う", "Domain Admins", true, Some(7)),
    ("adm-kubota", "久保田 史（管理用）", "管理の作業だけに使う", "Domain Admins", true, Some(20)),
    (
        "hosyu-emr",
        "見本電子カルテサービス 保守",
        "遠隔保守。作業の時だけ有効にする約束",
        "Domain Admins",
        true,
        Some(9),
    ),
    ("hosyu-gazo", "見本画像システム 保守", "遠隔保守", "Remote Maintenance", false, Some(14)),
    ("nurse3e", "3階東 看護の共用", "病棟の掲示用の端末", "Wards", false, Some(6)),
    ("uketsuke", "総合受付の共用", "受付の番号表示", "Reception", false, Some(6)),
    ("kensa", "検査室の共用", "分析装置の取り込み", "Laboratory", false, Some(6)),
    ("svc-backup", "控えの自動実行", "人は使わない", "Backup Operators", false, Some(6)),
    ("svc-scan", "複合機の読み取り", "人は使わない", "", false, Some(8)),
    ("s-fujimori", "藤森 律子", "副院長", "Doctors", false, Some(8)),
    ("s-shiraishi", "白石 健一郎", "院長", "Doctors", false, Some(31)),
    ("saiyo-yotei", "来月採用の予定者", "まだ使っていない", "", false, None),
];

/// The list as it was exported a few days ago.
pub(crate) fn list(today: Date) -> AccountList {
    let ago = |days: i64| today.saturating_sub(days.days());
    let exported = ago(6);
    let people = (0..PEOPLE).map(|at| {
        let left = LEFT.iter().find(|left| left.0 == at);
        let days = match left {
            Some((_, days, _)) => days + 1,
            None if UNUSED.contains(&at) => 160,
            None => 6 + i64::try_from(at % 11).unwrap_or_default(),
        };
        Account {
            name: format!("s{}", number(at)),
            display_name: name(at),
            staff_number: number(at),
            enabled: left.is_none_or(|left| !left.2),
            administrator: false,
            last_sign_in: Some(ago(days)),
            groups: vec!["Staff".to_owned()],
            description: DEPARTMENTS[at % DEPARTMENTS.len()].to_owned(),
        }
    });
    let special = SPECIAL.iter().map(|(name, shown, remark, group, administrator, days)| Account {
        name: (*name).to_owned(),
        display_name: (*shown).to_owned(),
        staff_number: String::new(),
        enabled: true,
        administrator: *administrator,
        last_sign_in: days.map(ago),
        groups: Some(*group).filter(|group| !group.is_empty()).map(str::to_owned).into_iter().collect(),
        description: (*remark).to_owned(),
    });
    AccountList {
        source: SOURCE.to_owned(),
        file: "ディレクトリ_書き出し.csv".to_owned(),
        exported: Some(exported),
        imported: Some(today),
        knows_sign_ins: true,
        accounts: people.chain(special).collect(),
    }
}

/// Who has left, as the personnel office says.
pub(crate) fn leavers(today: Date) -> LeaversList {
    LeaversList {
        file: "退職者_人事.csv".to_owned(),
        imported: Some(today),
        leavers: LEFT
            .iter()
            .map(|(at, days, _)| Leaver {
                name: name(*at),
                reading: String::new(),
                staff_number: number(*at),
                left_on: Some(today.saturating_sub(days.days())),
                department: DEPARTMENTS[at % DEPARTMENTS.len()].to_owned(),
            })
            .collect(),
    }
}

/// One shared account is kept on purpose, for a while.
pub(crate) fn decision(today: Date) -> AccountDecision {
    AccountDecision {
        source: SOURCE.to_owned(),
        account: "nurse3e".to_owned(),
        finding: FindingKind::Shared,
        ruling: Ruling::OnPurpose,
        reason: "掲示用の端末だけで使い、電子カルテには入れない。端末の入れ替えまで".to_owned(),
        until: Some(today.saturating_add(150.days())),
    }
}
