//! What the hospital mends: corrective actions in every state, and this year's call test.

use crate::DemoError;
use crate::accounts::names;
use crate::telling::Telling;
use hakutaku_model::calls::{Attempt, CallRound, Outcome, Reach};
use hakutaku_model::contacts::{ContactLine, Part, chart};
use hakutaku_model::corrective::{CorrectiveAction, Deed, Effect, Reopened, Source, Watch};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::id::ControlId;
use hakutaku_model::person::Role;
use hakutaku_model::record::Kept;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::Engagement;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days before the story's end on which the contact chart was called.
const CALLED_DAYS_AGO: i64 = 190;
const DAY_SECONDS: i64 = 86_400;

fn controls(ids: &[&str]) -> Vec<ControlId> {
    ids.iter().map(|id| (*id).into()).collect()
}

/// Days, counted from the story's last day.
#[derive(Clone, Copy)]
struct Calendar(Date);

impl Calendar {
    fn ago(self, days: i64) -> Date {
        self.0.saturating_sub(days.days())
    }

    fn ahead(self, days: i64) -> Option<Date> {
        Some(self.0.saturating_add(days.days()))
    }
}

fn deed(telling: &Telling<'_>, role: Role, on: Date, remark: &str) -> Deed {
    Deed { by: names(role).1.to_owned(), person: Some(telling.cast.person(role)), on, remark: remark.to_owned() }
}

/// The actions, one in each state a list can show.
fn actions(telling: &Telling<'_>, today: Date, round: &Kept<CallRound>) -> Vec<CorrectiveAction> {
    let day = Calendar(today);
    let new = |title: &str, detail: &str, owner: &str, ids: &[&str]| CorrectiveAction {
        detail: detail.to_owned(),
        owner: owner.to_owned(),
        controls: controls(ids),
        ..CorrectiveAction::new(title, Source::Noted)
    };
    let it = |on, remark| Some(deed(telling, Role::ItOperator, on, remark));
    let manager = |on, remark| Some(deed(telling, Role::SafetyManager, on, remark));

    let paper = CorrectiveAction {
        due: Some(day.ago(70)),
        done: it(day.ago(74), "3病棟と外来に箱を置き、看護部の点検表に加えた"),
        closed: manager(day.ago(66), "3階と4階の箱を開けて中身を見た"),
        effect: Some(Effect {
            due: day.ago(6),
            seen: manager(day.ago(5), "抜き取りで2病棟を見た。用紙の補充もされていた"),
            holds: Some(true),
        }),
        ..new(
            "紙の記録用紙の箱を各病棟に置く",
            "点検で、2つの病棟に停止時の用紙がなかった。",
            "村井 さとみ",
            &["bcp.paper-operation"],
        )
    };
    let border = CorrectiveAction {
        due: Some(day.ago(20)),
        done: it(day.ago(24), "接続元を保守会社の2つの番号だけにした。設定の画面を印刷して綴じた"),
        closed: manager(day.ago(18), "設定の画面と、外からの試しで確かめた"),
        effect: Some(Effect { due: today.saturating_add(70.days()), seen: None, holds: None }),
        ..new(
            "地域連携の回線の接続元を絞る",
            "外部接続の一覧で、接続元の制限がない入口が残っていた。",
            "小田 真",
            &["network.source-limit", "maintenance.remote-line-register"],
        )
    };
    let leavers = CorrectiveAction {
        due: Some(day.ago(120)),
        watch: Some(Watch::NobodyLeftSignsIn),
        reopened: vec![Reopened {
            on: day.ago(30),
            fact: Watch::NobodyLeftSignsIn.key().to_owned(),
            by: String::new(),
            remark: String::new(),
            done: it(day.ago(124), "春の退職者14人のIDを止めた"),
            closed: manager(day.ago(118), "名簿と突き合わせた"),
        }],
        ..new(
            "退職者のIDを退職の日に止める",
            "人事からの知らせが月末にまとめて届くため、日が空く。人事課と流れを決め直す。",
            "久保田 史",
            &["access-control.leaver-removal"],
        )
    };
    let cut = CorrectiveAction {
        due: day.ahead(25),
        plan_section: Some("cut-off".to_owned()),
        preventive: true,
        ..new(
            "夜間に回線を切れる人をもう一人決める",
            "切る人が小田さんだけの回線がある。管理当直が切れるように、手順を1枚にして守衛室に置く。",
            "小田 真",
            &["bcp.activation"],
        )
    };
    let restore = CorrectiveAction {
        due: Some(day.ago(9)),
        ..new(
            "検査システムを控えから戻す試験をする",
            "電子カルテは試したが、検査はまだ。業者の立ち会いの日が決まらない。",
            "小田 真",
            &["backup.restore-test"],
        )
    };
    let number = CorrectiveAction {
        due: day.ahead(12),
        found: round.body.unreachable().first().map(|line| format!("line-{line}")),
        source: Source::Call { round: round.id },
        done: it(day.ago(2), "検査科の夜間の番号を聞き、体制図に入れた"),
        ..new(
            "検査科の夜間の電話番号を確かめて直す",
            "連絡訓練でつながらなかった。夜間の番号が空のままだった。",
            "検査科 技師長",
            &["incident.contact-chart"],
        )
    };
    vec![paper, border, leavers, cut, restore, number]
}

/// This year's call through the chart: nearly everybody, in nineteen minutes.
async fn call_test(telling: &Telling<'_>, began: Ts) -> Result<CallRound, DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let lines: Vec<_> =
        store.records::<ContactLine>(hospital).await?.into_iter().map(|row| (row.id, row.body)).collect();
    let vendors: Vec<_> =
        store.records::<Engagement>(hospital).await?.into_iter().map(|row| (row.id, row.body)).collect();
    let chart = chart(FacilityKind::Hospital, &lines, &vendors, began.date_in_japan());
    let by = names(Role::ItOperator).1;
    let mut round = CallRound::begin(&chart, Reach::House, true, by, began);
    round.aim_minutes = Some(20);
    round.message = "これは訓練です。電子カルテが止まった想定で、連絡が届くかを確かめています。".to_owned();
    let mut seconds = 40;
    for at in 0..round.calls.len() {
        let call = &round.calls[at];
        let first = match call.part {
            // The laboratory has no number for the night, so nobody is reached.
            Part::Department if call.who.contains("検査科") => Outcome::NoAnswer,
            Part::Director => Outcome::Substitute,
            _ => Outcome::Answered,
        };
        seconds += 150;
        let attempt = Attempt { outcome: first, at: began.plus_seconds(seconds), by: by.to_owned() };
        // A round that runs and a line of its own cannot be refused.
        let _ = round.mark(at, attempt);
    }
    let _ = round
        .end(began.plus_seconds(seconds + 300), "検査科は夜間の番号がない。院長は副院長が代わりに受けた。".to_owned());
    Ok(round)
}

/// Tells it; after the registers, whose people it names.
pub(crate) async fn tell(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let at = telling.clock.later(1);
    let today = at.date_in_japan();
    let began = at.plus_seconds(-CALLED_DAYS_AGO * DAY_SECONDS);
    let act = telling.by(Role::ItOperator, at);
    let round = call_test(telling, began).await?;
    let round = store.add_record(&act, hospital, &round).await?;
    let at = telling.clock.later(1);
    let act = telling.by(Role::SafetyManager, at);
    store.add_records(&act, hospital, &actions(telling, today, &round)).await?;
    Ok(())
}
