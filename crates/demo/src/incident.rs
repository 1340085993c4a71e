//! Last winter's incident: a maintenance line came alive at an odd hour, was cut within twenty minutes, and nothing had
//! leaked. Reported to the vendor and the prefecture; two things to mend came of it.

use crate::DemoError;
use crate::connections::MAINTENANCE;
use crate::telling::Telling;
use hakutaku_model::corrective::{CorrectiveAction, Deed, Source};
use hakutaku_model::deadline::Suspicion;
use hakutaku_model::id::RoomId;
use hakutaku_model::incident::{Event, Operation, ReportStatus, Running, Setup};
use hakutaku_model::person::Role;
use hakutaku_model::room::{Author, Draft, RoomKind};
use hakutaku_model::time::Ts;
use hakutaku_store::Act;
use jiff::ToSpan as _;

const IT: &str = "小田 真（情報システム係）";
const SAFETY: &str = "藤森 律子（副院長）";
const SYSTEM: &str = "電子カルテ";
const WARD: &str = "3階病棟";

fn note(text: &str) -> Event {
    Event::Note { text: text.to_owned(), happened: None, document: None, file: String::new() }
}

fn system(running: Running, remark: &str) -> Event {
    Event::System { system: SYSTEM.to_owned(), running, remark: remark.to_owned() }
}

fn ward(operation: Operation, remark: &str) -> Event {
    Event::Ward { ward: WARD.to_owned(), operation, remark: remark.to_owned() }
}

fn step(step: &str) -> Event {
    Event::Step { step: step.to_owned(), title: String::new(), done: true }
}

fn field(key: &str, value: &str) -> Event {
    Event::Field { key: key.to_owned(), value: value.to_owned() }
}

fn trigger(trigger: &str) -> Event {
    Event::Trigger { trigger: trigger.to_owned(), answer: Suspicion::No }
}

fn role(role: &str, name: &str, phone: &str) -> Event {
    Event::Role { role: role.to_owned(), name: name.to_owned(), phone: phone.to_owned() }
}

fn not_needed(report: &str, why: &str) -> Event {
    let status = ReportStatus::NotNeeded { why: why.to_owned() };
    Event::Report { report: report.to_owned(), status }
}

/// The morning, minute by minute after the first word.
fn morning() -> Vec<(i64, Role, Vec<Event>)> {
    use Role::{ItOperator as It, SafetyManager as Safety};
    vec![
        (2, It, vec![note("VPN装置の画面に、予定のない保守の接続が出ている。保守会社の作業予定表にはない。")]),
        (3, It, vec![role("it-lead", "小田 真", "内線 2101"), step("first-scope")]),
        (5, It, vec![note("保守会社の受付へ電話。「今日の作業はない。調べる」との答え。"), step("found-vendor")]),
        (4, Safety, vec![role("safety-manager", "藤森 律子", "内線 2010"), role("recorder", "久保田 史", "内線 2020")]),
        (
            3,
            Safety,
            vec![Event::Decision {
                text: "保守の回線を切る".to_owned(),
                basis: "保守会社に作業の予定がなく、だれの接続か説明できない。診療は回線なしで続けられる。".to_owned(),
                by: "藤森 律子（副院長）".to_owned(),
            }],
        ),
        (
            3,
            It,
            vec![
                note(&format!("「{MAINTENANCE}」の黄色の線を抜いた。気づいてから18分。")),
                step("first-cut-outside"),
                system(Running::Degraded, "診療には使える。遠隔保守だけができない"),
                ward(Operation::Normal, "いつもどおり"),
            ],
        ),
        (
            25,
            It,
            vec![
                Event::Custody {
                    item: "VPN装置の記録を写したUSBメモリ（管理番号 E-1）".to_owned(),
                    holder: IT.to_owned(),
                    place: "サーバ室の鍵付き棚".to_owned(),
                    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                    remark: "消される前に写した".to_owned(),
                },
                step("today-evidence"),
            ],
        ),
        (
            30,
            Safety,
            vec![
                field("occurred_at", "当日 7時35分ごろ（VPN装置の記録による）"),
                field("place", "本館1階サーバ室"),
                field("component", "電子カルテの遠隔保守VPN装置"),
            ],
        ),
        (
            40,
            It,
            vec![
                note(
                    "保守会社から電話。退職した担当者の保守用IDで入られていた。画面を開いたところで切れており、データへの操作の記録はない。",
                ),
                field("cause", "保守会社で、退職した担当者の保守用IDが止められていなかった。"),
                field(
                    "summary",
                    "遠隔保守の回線に、予定のない接続があった。18分で回線を切った。データに触れた記録はなく、漏えいはなかった。",
                ),
            ],
        ),
        (
            20,
            Safety,
            vec![
                trigger("sensitive"),
                trigger("financial"),
                trigger("malicious"),
                trigger("many"),
                step("today-triggers"),
            ],
        ),
        (
            25,
            Safety,
            vec![
                not_needed("ppc-preliminary", "データに触れた記録がなく、保守会社の調べでも漏えい等はなかった"),
                not_needed("ppc-final", "速報の対象でない"),
                not_needed("persons", "漏えい等がない"),
                not_needed("mhlw", "漏えいも診療への支障もない。都道府県に伝え、共有を任せた"),
                not_needed("police", "相談窓口に電話で伝えたところ、被害の届けは不要とのこと"),
                not_needed("claims-payer", "請求と資格確認に影響がない"),
            ],
        ),
        (
            240,
            It,
            vec![
                system(Running::Up, "保守用IDをすべて作り直し、回線を戻した"),
                Event::Cost { who: IT.to_owned(), what: "切り離しと調査".to_owned(), minutes: 390, yen: 0 },
            ],
        ),
        (
            15,
            It,
            vec![Event::Cost {
                who: "見本電子カルテサービス（架空の会社）".to_owned(),
                what: "記録の調査".to_owned(),
                minutes: 480,
                yen: 0,
            }],
        ),
    ]
}

async fn write(telling: &Telling<'_>, room: RoomId, by: Role, at: Ts, events: &[Event]) -> Result<(), DemoError> {
    let name = if by == Role::ItOperator { IT } else { SAFETY };
    let held = if by == Role::ItOperator { "it-lead" } else { "safety-manager" };
    let mut drafts = Vec::with_capacity(events.len());
    for event in events {
        let author = Author {
            name: name.to_owned(),
            role: held.to_owned(),
            person: Some(telling.cast.person(by)),
            seat: None,
            facility: Some(telling.cast.hospital),
        };
        let body = serde_json::to_value(event).unwrap_or_default();
        drafts.push(Draft { author, at, body, once: None });
    }
    telling.store.append_entries(room, &drafts).await?;
    Ok(())
}

/// Tells last winter's incident.
pub(crate) async fn last_winter(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let hospital = telling.cast.hospital;
    let at = telling.clock.last_year(12, 9, 7, 42);
    let act = telling.by(Role::ItOperator, at);
    let setup = serde_json::to_value(Setup { known_at: at.plus_seconds(-2 * 60) }).unwrap_or_default();
    let title = "遠隔保守の回線への予定のない接続";
    let room = telling.store.create_room(&act, hospital, RoomKind::Incident, title, &setup).await?.id;
    for (minutes, by, events) in morning() {
        let at = telling.clock.later(minutes);
        write(telling, room, by, at, &events).await?;
    }
    let at = telling.clock.later(20);
    let sent = |report: &str, at: Ts, receipt: &str| Event::Report {
        report: report.to_owned(),
        status: ReportStatus::Sent { at, by: SAFETY.to_owned(), receipt: receipt.to_owned() },
    };
    let reports = [
        sent("vendor", at.plus_seconds(-7 * 60 * 60), "受付 1209-3"),
        sent("internal", at.plus_seconds(-6 * 60 * 60), "院長へ口頭"),
        sent("prefecture", at.plus_seconds(-60 * 60), "医務の担当 電話で受領"),
    ];
    write(telling, room, Role::SafetyManager, at, &reports).await?;

    let at = telling.clock.last_year(12, 18, 16, 0);
    let today = telling.clock.today();
    let titles =
        ["保守用IDを、担当者が替わった日に止めると契約に書く", "遠隔保守の接続元を、保守センターの番地だけに絞る"];
    let summary = "気づいた人がすぐ知らせ、18分で切れた。夜間に同じことが起きたとき、だれが切るかが決まっていない回線があると分かった。";
    let ended = Event::Ended { summary: summary.to_owned(), actions: titles.map(str::to_owned).to_vec() };
    write(telling, room, Role::SafetyManager, at, &[ended]).await?;
    let act = telling.by(Role::SafetyManager, at);
    let action = |title: &str, owner: &str, section: &str, days: i64| {
        let mut action = CorrectiveAction::new(title, Source::Incident { room });
        action.owner = owner.to_owned();
        action.due = today.checked_add(days.days()).ok();
        action.plan_section = Some(section.to_owned());
        action
    };
    let mut contract = action(titles[0], SAFETY, "vendors", 75);
    contract.detail = "見本電子カルテサービスとの保守契約の更新に合わせる。".to_owned();
    let kept = telling.store.add_record(&act, hospital, &contract).await?;
    let mut narrow = action(titles[1], IT, "cut-off", 365);
    narrow.detail = "保守の担当が出先からも入るため、先に出先の入り方を決める。".to_owned();
    telling.store.add_record(&act, hospital, &narrow).await?;
    telling.store.close_room(&act, hospital, room).await?;

    // Done by one, looked at by another, before the winter is over.
    let at = telling.clock.last_year(12, 25, 11, 0);
    let on = telling.clock.today();
    let deed = |by: &str, role: Role, remark: &str, telling: &Telling<'_>| Deed {
        by: by.to_owned(),
        person: Some(telling.cast.person(role)),
        on,
        remark: remark.to_owned(),
    };
    let mut body = kept.body;
    let done = body.finish(deed(SAFETY, Role::SafetyManager, "覚書を交わした", telling)).is_ok();
    let closed = done
        && body
            .close(
                deed("大庭 修（監査）", Role::Auditor, "覚書の写しを見た", telling),
                on.checked_add(180.days()).ok(),
                &hakutaku_model::facts::FactSheet::default(),
            )
            .is_ok();
    if closed {
        let act = Act { at, ..telling.by(Role::SafetyManager, at) };
        telling.store.change_record(&act, hospital, kept.id, kept.version, &body).await?;
    }
    Ok(())
}
