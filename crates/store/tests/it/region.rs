//! The centre's ground: leases, what waits for correlation, cases, objects of exchange.

use crate::fixture::{facility, noon, system};
use crate::sensors::{enrolled, key, lines, send};
use hakutaku_model::region::correlate::{Case, CaseId, Change, Finding, Moment, Severity, Signal, SignalKind, What};
use hakutaku_model::time::Ts;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{CaseState, NewExchangeObject, StoreError};
use std::collections::BTreeSet;

const ONE: &str = "process one";
const OTHER: &str = "process two";

fn case(n: u128, severity: Severity) -> Case {
    let moment = Moment { at: noon(), mark: n.to_string() };
    Case {
        id: CaseId(uuid::Uuid::from_u128(n)),
        severity,
        first: moment.clone(),
        last: moment,
        findings: Vec::<Finding>::new(),
    }
}

fn opened(case: Case) -> Change {
    Change::Opened { case, replaces: BTreeSet::new() }
}

#[tokio::test]
async fn one_process_holds_a_lease_until_it_ends_or_gives_it_back() {
    for_each_database(async |place| {
        let store = place.open().await;
        let later = |seconds| noon().plus_seconds(seconds);
        let take = async |owner, now, until| store.lease("correlator", owner, now, until).await.expect("asks");
        assert!(take(ONE, noon(), later(10)).await);
        assert!(!take(OTHER, later(5), later(15)).await);
        assert!(take(ONE, later(5), later(15)).await, "prolonged");
        assert!(take(OTHER, later(15), later(25)).await, "over");
        assert!(!take(ONE, later(16), later(26)).await);
        store.end_lease("correlator", ONE).await.expect("nothing of his");
        assert!(!take(ONE, later(16), later(26)).await);
        store.end_lease("correlator", OTHER).await.expect("ends");
        assert!(take(ONE, later(16), later(26)).await);
    })
    .await;
}

#[tokio::test]
async fn touches_wait_in_order_and_go_when_the_memory_that_holds_them_is_kept() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let sensor = enrolled(&store, home).await;
        send(&store, 0, &lines(3, &key())).await;
        send(&store, 1, &lines(3, &key())[1..]).await;
        let signal = Signal { sensor: sensor.id, kind: SignalKind::Silent, detail: "since noon".to_owned() };
        store.signal_arrived(home, &signal, noon()).await.expect("kept");
        let waiting = store.arrivals(false, 0, 100).await.expect("reads");
        assert_eq!(waiting.len(), 4, "what is sent twice waits once");
        let what: Vec<_> = waiting.iter().map(|one| one.arrival.clone().expect("is there").what).collect();
        let number = |what: &What| if let What::Touch(touch) = what { Some(touch.id.number) } else { None };
        assert_eq!(what.iter().map(number).collect::<Vec<_>>(), [Some(1), Some(2), Some(3), None]);
        assert_eq!(what[3], What::Signal(signal));

        let until = noon().plus_seconds(60);
        assert!(store.lease("correlator", ONE, noon(), until).await.expect("asks"));
        let seen: Vec<i64> = waiting.iter().take(2).map(|one| one.seq).collect();
        let change = [opened(case(1, Severity::High))];
        let refused = store.correlated(OTHER, &system(), &seen, &change).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        assert_eq!(store.arrivals_waiting().await.expect("counts"), 4);
        assert!(store.cases(CaseState::Open, 9).await.expect("lists").is_empty());

        store.correlated(ONE, &system(), &seen, &change).await.expect("written");
        assert_eq!(store.arrivals_waiting().await.expect("counts"), 2);
        assert_eq!(store.arrivals(true, 0, 9).await.expect("reads").len(), 2);
        store.keep_correlator(ONE, "{}", noon()).await.expect("kept");
        assert!(store.arrivals(true, 0, 9).await.expect("reads").is_empty());
        assert_eq!(store.arrivals(false, 0, 9).await.expect("reads").len(), 2);
        assert_eq!(store.kept_correlator().await.expect("reads").as_deref(), Some("{}"));
        let late = store.keep_correlator(OTHER, "other", noon()).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn a_case_opens_grows_is_ended_comes_back_and_may_become_part_of_another() {
    for_each_database(async |place| {
        let store = place.open().await;
        assert!(store.lease("correlator", ONE, noon(), noon().plus_seconds(60)).await.expect("asks"));
        let put = async |change| store.correlated(ONE, &system(), &[], &[change]).await.expect("written");
        let id = CaseId(uuid::Uuid::from_u128(1));
        put(opened(case(1, Severity::Low))).await;
        put(opened(case(2, Severity::Urgent))).await;
        let listed = store.cases(CaseState::Open, 9).await.expect("lists");
        assert_eq!(listed.iter().map(|one| one.case.severity).collect::<Vec<_>>(), [Severity::Urgent, Severity::Low]);

        let version = store.case(id).await.expect("reads").version;
        let stale = store.close_case(&system(), id, version + 1, "早川", "点検だった").await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
        store.close_case(&system(), id, version, "早川", "点検だった").await.expect("ends");
        assert_eq!(store.case(id).await.expect("reads").state, CaseState::Closed);
        put(Change::Joined { case: case(1, Severity::High), replaces: BTreeSet::new() }).await;
        let again = store.case(id).await.expect("reads");
        assert_eq!((again.state, again.case.severity), (CaseState::Open, Severity::High));
        assert_eq!(again.closing.expect("how it was ended stays").why, "点検だった");

        put(Change::Joined { case: case(2, Severity::Urgent), replaces: BTreeSet::from([id]) }).await;
        let merged = store.case(id).await.expect("reads");
        assert_eq!((merged.state, merged.into), (CaseState::Merged, Some(CaseId(uuid::Uuid::from_u128(2)))));
        put(Change::Withdrawn(CaseId(uuid::Uuid::from_u128(2)))).await;
        assert!(store.cases(CaseState::Open, 9).await.expect("lists").is_empty());
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn what_people_write_down_stays() {
    for_each_database(async |place| {
        let store = place.open().await;
        for text in ["電話した", "折り返し待ち"] {
            store.add_region_entry(&system(), "shift", "早川", "note", text).await.expect("written");
        }
        let all = store.region_entries("shift", 9).await.expect("lists");
        assert_eq!(all.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["折り返し待ち", "電話した"]);
        assert!(store.region_entries("case:x", 9).await.expect("lists").is_empty());
        assert!(store.add_region_entry(&system(), "shift", "早川", "note", " ").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn objects_of_exchange_keep_their_order_and_come_in_once() {
    for_each_database(async |place| {
        let store = place.open().await;
        let object = |n: u32, version: Ts| NewExchangeObject {
            id: format!("indicator--{n}"),
            version,
            media_type: "application/stix+json;version=2.1".to_owned(),
            body: "{}".to_owned(),
        };
        let first: Vec<_> = (0..5).map(|n| object(n, noon())).collect();
        assert_eq!(store.add_exchange_objects("shared", &first, noon()).await.expect("adds"), 5);
        let second = [object(2, noon()), object(2, noon().plus_seconds(1)), object(9, noon())];
        assert_eq!(store.add_exchange_objects("shared", &second, noon()).await.expect("adds"), 2);
        let page = store.exchange_objects("shared", 4, 9).await.expect("lists");
        assert_eq!(
            page.iter().map(|one| (one.seq, one.id.as_str())).collect::<Vec<_>>(),
            [(5, "indicator--4"), (6, "indicator--2"), (7, "indicator--9")]
        );
        assert!(store.exchange_objects("other", 0, 9).await.expect("lists").is_empty());
    })
    .await;
}
