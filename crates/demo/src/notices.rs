//! What the region's centre told its three members: a weakness one of them has, an exercise, a corrected notice, a poll.

use crate::DemoError;
use crate::accounts::names;
use crate::telling::Telling;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::person::Role;
use hakutaku_model::region::notice::matching::Versions;
use hakutaku_model::region::notice::{
    Affected, Audience, Criterion, Edition, Indicator, IndicatorKind, Notice, NoticeKind, Stage, Tlp,
};
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, NewReceipt, Sending};

const CENTRE: &str = "白沢地域 監視センター";
const DAY: i64 = 86_400;

/// A notice in plain words.
struct Story {
    kind: NoticeKind,
    tlp: Tlp,
    title: &'static str,
    text: &'static str,
    actions: &'static [&'static str],
    expects: Stage,
}

const EXERCISE: Story = Story {
    kind: NoticeKind::Exercise,
    tlp: Tlp::Green,
    title: "お知らせが届くかを確かめる訓練",
    text: "これは訓練です。攻撃は起きていません。このお知らせがだれの目に何時間で届くかを確かめます。",
    actions: &["このお知らせを開き、「読んで理解した」を押してください。"],
    expects: Stage::Understood,
};

const MAIL: Story = Story {
    kind: NoticeKind::Attack,
    tlp: Tlp::Green,
    title: "紹介状をよそおうメールへの注意",
    text: "紹介状の返事をよそおい、圧縮ファイルを開かせるメールが県内の医療機関に届いています。\
           開くと、パソコンの中身が暗号化されるおそれがあります。",
    actions: &["受付と地域連携室に、心当たりのない圧縮ファイルを開かないよう伝えてください。"],
    expects: Stage::Understood,
};

const WEAKNESS: Story = Story {
    kind: NoticeKind::Vulnerability,
    tlp: Tlp::Amber,
    title: "外からつなぐ装置（VPN）の弱点",
    text: "外から院内につなぐための装置に、鍵を持たない人でも入れる弱点が見つかりました。\
           すでに悪用が始まっています。入られると、電子カルテまで止まることがあります。",
    actions: &[
        "保守会社に電話し、装置を更新する日を決めてください。",
        "更新までの間、使わないときは装置の線を抜いてください。",
        "先月からの接続の記録を、保守会社に取っておいてもらってください。",
    ],
    expects: Stage::Acted,
};

fn notice(story: &Story, at: Ts, days: i64) -> Notice {
    Notice {
        number: String::new(),
        edition: 1,
        because: Edition::First,
        kind: story.kind,
        tlp: story.tlp,
        audience: Audience::default(),
        title: story.title.to_owned(),
        text: story.text.to_owned(),
        actions: story.actions.iter().map(|one| (*one).to_owned()).collect(),
        indicators: Vec::new(),
        products: Vec::new(),
        expects: story.expects,
        deadline: at.plus_seconds(days * DAY),
        by: String::new(),
        at,
    }
}

fn indicator(kind: IndicatorKind, value: &str) -> Indicator {
    Indicator { kind, value: value.to_owned() }
}

/// Who said how much.
struct Heard {
    facility: FacilityId,
    stage: Stage,
    by: &'static str,
    taken_by: Option<&'static str>,
}

impl Telling<'_> {
    async fn heard(&mut self, id: NoticeId, edition: u32, all: Vec<Heard>) -> Result<(), DemoError> {
        for one in all {
            let at = self.clock.later(7);
            let receipt = NewReceipt {
                notice: id,
                edition,
                facility: one.facility,
                stage: one.stage,
                by: one.by.to_owned(),
                taken_by: one.taken_by.map(str::to_owned),
                said: String::new(),
            };
            self.store.receive(&Act::system(at), vec![receipt]).await?;
        }
        Ok(())
    }

    async fn sent(&mut self, notice: &Notice, poll: bool) -> Result<NoticeId, DemoError> {
        let act = Act::system(self.clock.later(3));
        let to = [self.cast.hospital, self.cast.clinic, self.cast.pharmacy];
        let kept = self.store.draft_notice(&act, notice, poll).await?;
        let act = Act::system(self.clock.later(3));
        let sending = Sending { id: kept.id, version: kept.version, by: CENTRE, to: &to };
        Ok(self.store.send_notice(&act, &sending).await?.id)
    }
}

/// The last days of the story.
pub(crate) async fn enter(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (hospital, clinic, pharmacy) = (telling.cast.hospital, telling.cast.clinic, telling.cast.pharmacy);
    let it = names(Role::ItOperator).1;
    let from = |facility, stage, by| Heard { facility, stage, by, taken_by: None };

    let at = telling.clock.later(5);
    let exercise = telling.sent(&notice(&EXERCISE, at, 2), false).await?;
    let by_phone =
        Heard { facility: pharmacy, stage: Stage::Understood, by: "薬局の方", taken_by: Some("当番 西") };
    let heard = vec![from(hospital, Stage::Understood, it), from(clinic, Stage::Understood, "院長"), by_phone];
    telling.heard(exercise, 1, heard).await?;

    let at = telling.clock.later(20);
    let first = Notice { indicators: vec![indicator(IndicatorKind::Domain, "mail.example")], ..notice(&MAIL, at, 2) };
    let mail = telling.sent(&first, false).await?;
    telling
        .heard(mail, 1, vec![from(hospital, Stage::Understood, it), from(clinic, Stage::Understood, "院長")])
        .await?;
    let kept = telling.store.notice(mail).await?;
    let at = telling.clock.later(15);
    let better = Notice {
        indicators: vec![
            indicator(IndicatorKind::Domain, "mail2.example"),
            indicator(IndicatorKind::Domain, "mail.example"),
        ],
        ..kept.notice.corrected("差出人のドメイン名を一つ足しました。", CENTRE, at, at.plus_seconds(2 * DAY))
    };
    let version = telling.store.write_notice(&Act::system(at), mail, kept.version, &better, false).await?;
    let act = Act::system(telling.clock.later(2));
    let sending = Sending { id: mail, version, by: CENTRE, to: &[hospital, clinic, pharmacy] };
    telling.store.send_notice(&act, &sending).await?;
    telling.heard(mail, 2, vec![from(clinic, Stage::Understood, "院長")]).await?;

    let at = telling.clock.later(10);
    let next =
        Notice { title: "来月の訓練のお知らせ（下書き）".to_owned(), ..notice(&EXERCISE, at, 30) };
    telling.store.draft_notice(&Act::system(at), &next, false).await?;

    let at = telling.clock.later(30);
    let weakness = Notice {
        indicators: vec![
            indicator(IndicatorKind::Address, "203.0.113.9"),
            indicator(IndicatorKind::Address, "198.51.100.24"),
        ],
        products: vec![Criterion {
            maker: "見本網機器".to_owned(),
            product: "MV-60".to_owned(),
            versions: Versions { before: Some("5.3".to_owned()), ..Versions::default() },
        }],
        ..notice(&WEAKNESS, at, 3)
    };
    let weakness = telling.sent(&weakness, true).await?;
    telling.heard(weakness, 1, vec![from(clinic, Stage::Acted, "院長"), from(hospital, Stage::Delivered, "")]).await?;
    let act = Act::system(telling.clock.later(2));
    telling.store.answer_poll(&act, weakness, clinic, Affected::No, "院長").await?;
    Ok(())
}
