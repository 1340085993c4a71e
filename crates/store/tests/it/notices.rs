//! Notices: from the draft to the last receipt; reports nobody can be found by.

use crate::fixture::{facility, noon, system};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::journal::Chain;
use hakutaku_model::region::notice::anonymous::{Guide, Known, Report, compose};
use hakutaku_model::region::notice::poll::{Affected, tally};
use hakutaku_model::region::notice::receipt::{Stage, progress};
use hakutaku_model::region::notice::{Audience, Edition, Notice, NoticeKind, Tlp};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, NewReceipt, NoticeCursor, NoticeState, ReportState, Sending, Store, StoreError};

fn notice() -> Notice {
    Notice {
        number: String::new(),
        edition: 1,
        because: Edition::First,
        kind: NoticeKind::Vulnerability,
        tlp: Tlp::Amber,
        audience: Audience::default(),
        title: "VPN装置の弱点".into(),
        text: "外からつなぐ装置に弱点が見つかりました。".into(),
        actions: vec!["保守会社に電話してください。".into()],
        indicators: Vec::new(),
        products: Vec::new(),
        expects: Stage::Acted,
        deadline: noon().plus_seconds(86_400),
        by: String::new(),
        at: noon(),
    }
}

fn at(seconds: i64) -> Act {
    Act::system(noon().plus_seconds(seconds))
}

async fn sent(store: &Store, to: &[FacilityId], poll: bool) -> NoticeId {
    let draft = store.draft_notice(&system(), &notice(), poll).await.expect("begun");
    let sending = Sending { id: draft.id, version: draft.version, by: "監視センター", to };
    store.send_notice(&system(), &sending).await.expect("sent").id
}

fn receipt(notice: NoticeId, edition: u32, facility: FacilityId, stage: Stage) -> NewReceipt {
    NewReceipt { notice, edition, facility, stage, by: "看護師長".into(), taken_by: None, said: String::new() }
}

#[tokio::test]
async fn a_notice_goes_to_the_audience_of_the_moment_with_a_number_and_one_log_entry() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, other) = (facility(&store, "白沢").await, facility(&store, "みなと").await);
        let draft = store.draft_notice(&system(), &notice(), true).await.expect("begun");
        assert_eq!(store.notices_to(one, None, 9).await.expect("lists"), []);
        let changed = Notice { title: "別の題".into(), ..notice() };
        let version = store.write_notice(&system(), draft.id, 1, &changed, true).await.expect("written");
        let stale = store.write_notice(&system(), draft.id, 1, &notice(), true).await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
        let nobody = Sending { id: draft.id, version, by: "センター", to: &[] };
        assert!(matches!(store.send_notice(&system(), &nobody).await, Err(StoreError::Invalid(_))));

        let sending = Sending { to: &[one], ..nobody };
        let kept = store.send_notice(&system(), &sending).await.expect("sent");
        assert_eq!((kept.notice.number.as_str(), kept.state), ("2026-001", NoticeState::Sent));
        assert!(matches!(store.send_notice(&system(), &sending).await, Err(StoreError::Conflict(_))), "twice");
        let there = store.notices_to(one, None, 9).await.expect("lists");
        assert_eq!(there.iter().map(|one| one.notice.title.as_str()).collect::<Vec<_>>(), ["別の題"]);
        assert_eq!(store.notices_to(other, None, 9).await.expect("lists"), []);
        assert!(matches!(store.notice_to(other, draft.id).await, Err(StoreError::NotFound(_))));
        assert_eq!(store.notices_to_read(one, 9).await.expect("lists").len(), 1);

        let again = sent(&store, &[one, other], false).await;
        assert_eq!(store.notice(again).await.expect("there").notice.number, "2026-002");
        let log = store.recent_journal(Chain::Installation, 100).await.expect("reads");
        let deeds: Vec<&str> =
            log.iter().map(|entry| entry.event.action.as_str()).filter(|a| *a == "notice.send").collect();
        assert_eq!(deeds.len(), 2, "one entry for each sending, however many get it");
        let page = store.notices(None, 1).await.expect("lists");
        let cursor = NoticeCursor { at: page[0].changed_at, id: page[0].id };
        let rest = store.notices(Some(cursor), 9).await.expect("lists");
        assert_eq!((page.len(), rest.len()), (1, 1));
        assert_ne!(page[0].id, rest[0].id);
    })
    .await;
}

#[tokio::test]
async fn the_first_receipt_of_a_stage_stays_and_only_what_people_said_is_logged() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, other) = (facility(&store, "白沢").await, facility(&store, "みなと").await);
        let id = sent(&store, &[one], false).await;
        let delivered = NewReceipt { by: String::new(), ..receipt(id, 1, one, Stage::Delivered) };
        assert_eq!(store.receive(&at(1), vec![delivered.clone()]).await.expect("taken"), [true]);
        assert_eq!(store.receive(&at(2), vec![delivered]).await.expect("taken"), [false]);
        let acted = receipt(id, 1, one, Stage::Acted);
        assert_eq!(store.receive(&at(3), vec![acted.clone()]).await.expect("taken"), [true]);
        let later = NewReceipt { by: "別の人".into(), ..acted };
        assert_eq!(store.receive(&at(4), vec![later]).await.expect("taken"), [false]);
        let found = progress(1, &store.receipts(id).await.expect("reads"));
        assert_eq!(found[&one].reached[&Stage::Delivered].at, noon().plus_seconds(1));
        assert_eq!(found[&one].reached[&Stage::Acted].by, "看護師長");
        let counts = store.notice_counts(&[id]).await.expect("counts")[&id];
        assert_eq!((counts.to, counts.delivered, counts.opened, counts.acted), (1, 1, 1, 1));

        let stranger = store.receive(&at(5), vec![receipt(id, 1, other, Stage::Opened)]).await;
        assert!(matches!(stranger, Err(StoreError::NotFound(_))), "{stranger:?}");
        let early = store.receive(&at(5), vec![receipt(id, 2, one, Stage::Acted)]).await.expect("heard");
        assert_eq!(early, [false], "of an edition that is not out nobody read anything");
        let log = store.recent_journal(Chain::Facility(one), 100).await.expect("reads");
        let deeds: Vec<&str> =
            log.iter().map(|entry| entry.event.action.as_str()).filter(|a| a.starts_with("notice.")).collect();
        assert_eq!(deeds, ["notice.act"]);
        let told = NewReceipt { taken_by: Some("当番".into()), ..receipt(id, 1, one, Stage::Acted) };
        store.receive(&at(6), vec![told]).await.expect("taken");
    })
    .await;
}

#[tokio::test]
async fn many_receipts_at_once_are_each_taken_once() {
    for_each_database(async |place| {
        let store = place.open().await;
        let mut houses = Vec::new();
        for n in 0..20 {
            houses.push(facility(&store, &format!("施設{n}")).await);
        }
        let id = sent(&store, &houses, false).await;
        let mut tasks = tokio::task::JoinSet::new();
        for house in houses.iter().cycle().take(60).copied() {
            let store = store.clone();
            tasks.spawn(async move { store.receive(&at(1), vec![receipt(id, 1, house, Stage::Understood)]).await });
        }
        let mut new = 0;
        while let Some(done) = tasks.join_next().await {
            new += usize::from(done.expect("ran").expect("taken")[0]);
        }
        assert_eq!(new, 20);
        assert_eq!(store.notice_counts(&[id]).await.expect("counts")[&id].understood, 20);
        let journal = store.verify_journal().await.expect("verifies");
        assert!(journal.is_intact(), "{journal:?}");
    })
    .await;
}

#[tokio::test]
async fn a_correction_is_acknowledged_anew_and_a_withdrawal_is_the_last() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, other) = (facility(&store, "白沢").await, facility(&store, "みなと").await);
        let id = sent(&store, &[one], false).await;
        store.receive(&at(1), vec![receipt(id, 1, one, Stage::Acted)]).await.expect("taken");
        assert_eq!(store.notices_to_read(one, 9).await.expect("lists"), []);
        let kept = store.notice(id).await.expect("there");
        let better = kept.notice.corrected("版を直しました", "センター", at(9).at, at(90_000).at);
        let version = store.write_notice(&at(9), id, kept.version, &better, false).await.expect("written");
        assert_eq!(store.notice_to(one, id).await.expect("there").notice.edition, 1, "not out yet");
        let sending = Sending { id, version, by: "センター", to: &[other] };
        let kept = store.send_notice(&at(10), &sending).await.expect("sent");
        assert_eq!((kept.notice.edition, kept.notice.number.as_str()), (2, "2026-001"));
        let unread = store.notices_to_read(one, 9).await.expect("lists");
        let mine = progress(2, &unread[0].receipts);
        assert!(mine[&one].must_acknowledge_anew(), "who had the first edition gets the second");
        assert_eq!(store.notices_to_read(other, 9).await.expect("lists").len(), 1);

        let sending = Sending { version: kept.version, to: &[], ..sending };
        let empty = store.withdraw_notice(&at(20), &sending, " ", at(90_000).at).await;
        assert!(matches!(empty, Err(StoreError::Invalid(_))), "{empty:?}");
        let gone = store.withdraw_notice(&at(20), &sending, "誤報でした", at(90_000).at).await.expect("withdrawn");
        assert_eq!((gone.state, gone.notice.edition), (NoticeState::Withdrawn, 3));
        assert!(store.notice_to(other, id).await.expect("there").withdrawn);
        let editions = store.notice_editions(id).await.expect("lists");
        assert_eq!(editions.iter().map(|one| one.notice.edition).collect::<Vec<_>>(), [1, 2, 3]);
        let after = store.write_notice(&at(30), id, gone.version, &better, false).await;
        assert!(matches!(after, Err(StoreError::Invalid(_))), "{after:?}");
        let since = store.notices_since(one, None, 9).await.expect("lists");
        let cursor = NoticeCursor { at: since[0].sent_at, id: since[0].id };
        assert_eq!(store.notices_since(one, Some(cursor), 9).await.expect("lists"), []);
    })
    .await;
}

#[tokio::test]
async fn the_newest_answer_to_a_poll_counts_and_only_those_asked_answer() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, other) = (facility(&store, "白沢").await, facility(&store, "みなと").await);
        let (asks, tells) = (sent(&store, &[one], true).await, sent(&store, &[one], false).await);
        store.answer_poll(&at(1), asks, one, Affected::Unsure, "a").await.expect("answered");
        store.answer_poll(&at(2), asks, one, Affected::Yes, "b").await.expect("answered");
        let asked = store.notice_recipients(asks).await.expect("lists").into_iter().collect();
        let count = tally(&asked, &store.poll_answers(asks).await.expect("lists"));
        assert_eq!((count.count(Affected::Yes), count.count(Affected::Unsure)), (1, 0));
        let stranger = store.answer_poll(&at(3), asks, other, Affected::Yes, "c").await;
        assert!(matches!(stranger, Err(StoreError::NotFound(_))), "{stranger:?}");
        let unasked = store.answer_poll(&at(3), tells, one, Affected::Yes, "c").await;
        assert!(matches!(unasked, Err(StoreError::Invalid(_))), "{unasked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_report_keeps_what_readers_see_and_no_trace_of_who_sent_it() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢記念病院").await;
        let report = Report {
            kind: NoticeKind::Attack,
            happened: noon(),
            text: "白沢記念病院の受付に不審なメールが来ました。".into(),
            indicators: Vec::new(),
            products: Vec::new(),
        };
        let known = Known { names: vec!["白沢記念病院".into()], ..Known::default() };
        let published = compose(&report, &known, &Guide::default()).send(true).expect("harmless");
        let day = noon().date_in_japan();
        let before = [Chain::Installation, Chain::Facility(home)];
        let mut lengths = Vec::new();
        for chain in before {
            lengths.push(store.recent_journal(chain, 100).await.expect("reads").len());
        }
        store.take_report(&published, day).await.expect("kept");
        for (chain, length) in before.into_iter().zip(lengths) {
            assert_eq!(store.recent_journal(chain, 100).await.expect("reads").len(), length, "nothing in any log");
        }
        let kept = store.reports(9).await.expect("lists").remove(0);
        assert!(!kept.text.contains("白沢") && kept.text.contains("不審なメール"), "{}", kept.text);
        assert_eq!(kept.id.0.get_version_num(), 4, "the id tells no time");
        assert_eq!(kept.when.ja, "2026年11月下旬");
        store.settle_report(&system(), kept.id, ReportState::Used).await.expect("settled");
        assert_eq!(store.report(kept.id).await.expect("there").state, ReportState::Used);
    })
    .await;
}
