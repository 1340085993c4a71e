//! The hospital's form of the ministry's checklist: most lines answered, a few not, one whose facts changed afterwards;
//! the form of the year before; the pharmacy's beginning.

use crate::DemoError;
use crate::telling::Telling;
use hakutaku_model::checklist::{FormKind, FormView, ItemAnswer, ItemKey, LineState, Mark, Round, Seen};
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::person::Role;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_store::{Act, NewDocument};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

const THIS_FORM: &str = "r7";
const EARLIER_FORM: &str = "r6";

/// What the person put down.
#[derive(Debug, Clone, Copy)]
enum Said {
    Yes,
    /// Not yet; days until it shall be done.
    No(i64),
    /// Not at first, with a day, and done by the second round.
    DoneSince,
}

/// Topic, device group, answer, days since it was checked, remark, file. What is not here is still blank.
type Row = (&'static str, &'static str, Said, i64, &'static str, &'static str);

/// Left blank: remote maintenance (two firms are silent), the access log, background services of terminals.
const HOSPITAL: [Row; 17] = [
    ("system-exists", "gate", Said::Yes, 47, "", ""),
    ("security-officer", "governance", Said::Yes, 47, "任命書のとおり", "任命書_安全管理責任者.txt"),
    ("asset-inventory", "system-wide", Said::No(60), 46, "台帳はある。持ち主のいない4台を決める", ""),
    ("disclosure-document", "system-wide", Said::No(75), 46, "届いたのは電子カルテの1社だけ", ""),
    (
        "access-rights",
        "system-wide",
        Said::Yes,
        46,
        "権限は職種ごとの表で割り当て、管理者権限を持つ者の名簿がある。共用の3件は、残す理由を1件ずつ書いている",
        "",
    ),
    (
        "account-cleanup",
        "system-wide",
        Said::No(20),
        46,
        "退職した人のアカウントが残っていた。人事の一覧と毎月突き合わせる",
        "",
    ),
    (
        "security-patch",
        "system-wide",
        Said::No(100),
        45,
        "検査のサーバと古い端末の入れ替えが要る。VPN装置の更新の担当を決める",
        "",
    ),
    ("password-policy", "system-wide", Said::Yes, 45, "13文字以上。規程の別表", ""),
    ("password-reuse", "system-wide", Said::Yes, 45, "規程で禁じ、採用時の研修で伝えている", ""),
    ("removable-media", "system-wide", Said::Yes, 45, "許可した媒体だけ。端末の設定で止めている", ""),
    (
        "two-factor",
        "system-wide",
        Said::Yes,
        45,
        "令和9年度までに入れる計画を委員会で決めた",
        "二要素認証_導入計画.txt",
    ),
    ("background-services", "servers", Said::Yes, 44, "使わないサービスの一覧を作って止めた", ""),
    (
        "source-restriction",
        "network-devices",
        Said::No(40),
        44,
        "電子カルテの遠隔保守と給食の線が、まだ絞れていない",
        "",
    ),
    ("contact-chart", "incident-readiness", Said::DoneSince, 70, "病院長の確認を受け、当直室に貼った", ""),
    ("backup-restore", "incident-readiness", Said::No(90), 44, "医事会計の切り離した控えと、検査の控えを用意する", ""),
    ("cyber-bcp", "incident-readiness", Said::Yes, 44, "業務継続計画の第6章。年1回見直す", ""),
    ("operating-rules", "rules", Said::Yes, 44, "運用管理規程 第3版", "運用管理規程_目次.txt"),
];

/// The pharmacist has begun.
const PHARMACY: [Row; 6] = [
    ("system-exists", "gate", Said::Yes, 9, "", ""),
    ("security-officer", "governance", Said::Yes, 9, "管理薬剤師が兼ねる", ""),
    ("asset-inventory", "system-wide", Said::No(30), 9, "端末3台とルーターを書き出す", ""),
    ("password-policy", "system-wide", Said::No(45), 9, "短いものが残っている", ""),
    ("password-reuse", "system-wide", Said::Yes, 9, "", ""),
    ("contact-chart", "incident-readiness", Said::Yes, 9, "受付の壁に貼ってある", ""),
];

/// The year before: topics that were not done then, and what was done by the second round.
const EARLIER_NO: [(&str, bool); 5] = [
    ("disclosure-document", false),
    ("account-cleanup", true),
    ("security-patch", false),
    ("cyber-bcp", true),
    ("backup-restore", false),
];

fn papers(today: Date) -> [(&'static str, String); 3] {
    let day = hakutaku_model::time::date_words(today.saturating_sub(200.days()), hakutaku_model::text::Lang::Ja);
    [
        (
            "任命書_安全管理責任者.txt",
            format!(
                "任命書（見本）\n\n{day}\n\n藤森 律子 殿\n\n医療情報システム安全管理責任者に任命する。\n\
                 代理 情報システム係 小田 真\n\n白沢市立みなと病院（見本） 院長 白石 健一郎\n"
            ),
        ),
        (
            "二要素認証_導入計画.txt",
            format!(
                "二要素認証 導入計画（見本）\n{day} 情報システム委員会で決定\n\n\
                 一 院外から入る口（遠隔保守、地域連携）  今年度\n二 管理者の操作  来年度の上半期\n\
                 三 電子カルテの利用者（職員証と暗証番号）  令和9年度まで\n\n費用は来年度の予算案に計上する。\n"
            ),
        ),
        (
            "運用管理規程_目次.txt",
            format!(
                "医療情報システム運用管理規程（見本） 第3版 {day}\n\n第1章 体制\n第2章 利用者の登録と権限\n\
                 第3章 パスワード（別表1）\n第4章 媒体と持ち出し\n第5章 控えと復旧\n第6章 事故への備え\n第7章 委託先\n"
            ),
        ),
    ]
}

/// The days of a line: checked, wished for, checked again. All within the year in which it was first checked.
fn days(said: Said, ago: i64, today: Date) -> (Date, Option<Date>, Option<Date>) {
    let year = FiscalYear::of(today).0;
    let (april, march) = (date(year, 4, 1), date(year + 1, 3, 31));
    let on = today.saturating_sub(ago.days()).max(april);
    match said {
        Said::Yes => (on, None, None),
        Said::No(left) => (on, Some(today.saturating_add(left.days()).min(march)), None),
        Said::DoneSince => {
            let target = on.saturating_add(40.days()).min(march);
            (on, Some(target), Some(target.saturating_sub(8.days()).clamp(on, today.max(on))))
        }
    }
}

/// The answers of a form as it stands, confirmed on what the product proposes.
fn confirmed(view: &FormView, rows: &[Row], files: &BTreeMap<&str, DocumentId>, today: Date) -> Vec<ItemAnswer> {
    view.lines()
        .filter(|(_, line)| !matches!(line.state, LineState::Skipped(_)))
        .filter_map(|(item, line)| {
            let (.., said, ago, remark, file) =
                rows.iter().find(|row| (row.0, row.1) == (item.topic.as_str(), line.key.group.as_str()))?;
            let (on, target, second) = days(*said, *ago, today);
            let mark = if matches!(said, Said::Yes) { Mark::Yes } else { Mark::No };
            Some(ItemAnswer {
                key: line.key.clone(),
                first: Some(Round { mark, on }),
                target,
                second: second.map(|on| Round { mark: Mark::Yes, on }),
                saw: line.proposal.as_ref().map(|proposal| Seen {
                    fingerprint: proposal.fingerprint.clone(),
                    reasons: proposal.reasons.iter().map(|reason| reason.ja.clone()).collect(),
                }),
                remark: (*remark).to_owned(),
                documents: files.get(file).copied().into_iter().collect(),
            })
        })
        .collect()
}

/// This year's form of the hospital.
pub(crate) async fn hospital(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let at = telling.clock.later(1);
    let act = telling.by(Role::SafetyManager, at);
    let mut files = BTreeMap::new();
    for (name, content) in papers(at.date_in_japan()) {
        let new = NewDocument {
            assessment: None,
            question: None,
            name: name.to_owned(),
            media_type: "text/plain".to_owned(),
        };
        files.insert(name, store.add_document(&act, hospital, &new, content.into_bytes()).await?.id);
    }
    confirm(telling, hospital, FormKind::Hospital, &HOSPITAL, &files, &act).await
}

/// What the pharmacy has put down so far.
pub(crate) async fn pharmacy(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let act = Act::person(telling.cast.pharmacist, telling.clock.later(1));
    confirm(telling, telling.cast.pharmacy, FormKind::Pharmacy, &PHARMACY, &BTreeMap::new(), &act).await
}

async fn confirm(
    telling: &Telling<'_>,
    facility: FacilityId,
    form: FormKind,
    rows: &[Row],
    files: &BTreeMap<&str, DocumentId>,
    act: &Act,
) -> Result<(), DemoError> {
    let today = act.at.date_in_japan();
    let ground = telling.store.form_ground(telling.catalogue, facility, today).await?;
    if let Some(view) = ground.view(telling.catalogue, THIS_FORM, form, None) {
        telling.store.add_records(act, facility, &confirmed(&view, rows, files, today)).await?;
    }
    Ok(())
}

/// The hospital's form of the year before, brought in from paper.
pub(crate) async fn earlier(telling: &Telling<'_>, at: Ts) -> Result<(), DemoError> {
    let Some(edition) = telling.catalogue.checklists.iter().find(|one| one.id == EARLIER_FORM) else { return Ok(()) };
    let year = edition.fiscal_year;
    let items = edition.items.iter().filter(|item| item.form == FormKind::Hospital);
    let answers: Vec<ItemAnswer> = items
        .flat_map(|item| item.groups.iter().map(move |group| (item, group)))
        .map(|(item, group)| {
            let no = EARLIER_NO.iter().find(|row| row.0 == item.topic);
            let mark = if no.is_some() { Mark::No } else { Mark::Yes };
            ItemAnswer {
                key: ItemKey {
                    edition: edition.id.clone(),
                    form: FormKind::Hospital,
                    item: item.id.clone(),
                    group: group.clone(),
                    vendor: None,
                },
                first: Some(Round { mark, on: date(year, 6, 20) }),
                target: no.map(|_| date(year + 1, 2, 28)),
                second: no.map(|(_, done)| Round {
                    mark: if *done { Mark::Yes } else { Mark::No },
                    on: date(year + 1, 3, 4),
                }),
                saw: None,
                remark: "紙の様式から写した".to_owned(),
                documents: Vec::new(),
            }
        })
        .collect();
    telling.store.add_records(&telling.by(Role::ItOperator, at), telling.cast.hospital, &answers).await?;
    Ok(())
}
