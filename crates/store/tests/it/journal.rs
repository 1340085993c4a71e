//! The log: every change leaves an entry, appended without gaps however many write.

use crate::fixture::{facility, hospital, noon, save, saved, system};
use hakutaku_model::journal::Chain;
use hakutaku_store::Store;
use hakutaku_store::testing::for_each_database;
use std::collections::BTreeMap;

#[tokio::test]
async fn entries_of_many_writers_and_processes_form_one_chain() {
    for_each_database(async |place| {
        // Two stores over the same database are like two processes.
        let stores = [place.open().await, place.open().await];
        let place_of @ (facility, _) = hospital(&stores[0]).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..60_usize {
            let store = stores[n % 2].clone();
            tasks.spawn(async move {
                if n % 3 == 0 {
                    let chain = Chain::Facility(facility);
                    store.record(&system(), chain, "export.pdf", "result", BTreeMap::new()).await.expect("records");
                } else {
                    saved(save(&store, place_of, &format!("q-{n}"), 1, None).await);
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("no panic");
        }
        let report = stores[0].verify_journal().await.expect("verifies");
        assert!(report.is_intact(), "{report:?}");
        let chain = report.chains.iter().find(|chain| chain.chain == facility.to_string()).expect("exists");
        assert_eq!(chain.head.seq, 62, "two of the beginning and sixty");
    })
    .await;
}

#[tokio::test]
async fn a_change_that_fails_leaves_no_entry() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let head = |store: Store| async move {
            store.recent_journal(Chain::Facility(facility), 1).await.expect("reads")[0].seq
        };
        let before = head(store.clone()).await;
        store.reopen_assessment(&system(), facility, assessment).await.expect_err("it is open");
        saved(save(&store, (facility, assessment), "q", 1, None).await);
        save(&store, (facility, assessment), "q", 2, None).await.expect("a conflict is no failure");
        assert_eq!(head(store).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn heads_are_signed_once_a_day_and_check_with_the_public_key() {
    for_each_database(async |place| {
        let store = place.open().await;
        let id = facility(&store, "白沢記念病院").await;
        let first = store.sign_heads(noon()).await.expect("signs");
        assert_eq!(first.len(), 2, "the installation's and the facility's");
        saved(save(&store, (id, crate::fixture::assessment(&store, id, 2026).await), "q", 1, None).await);
        store.sign_heads(noon().plus_seconds(60)).await.expect("signs again");
        let heads = store.signed_heads().await.expect("reads");
        assert_eq!(heads.len(), 2, "one a day and chain");
        assert!(heads.iter().any(|head| head.chain == id.to_string() && head.seq == 3));
        let report = store.verify_journal().await.expect("verifies");
        assert!(report.is_intact(), "{report:?}");
        assert_eq!(report.chains.iter().map(|chain| chain.signed_heads).sum::<usize>(), 2);
        assert_eq!(store.public_key().len(), 64);
    })
    .await;
}

#[tokio::test]
async fn the_newest_entries_come_first_when_asked_for_recent_ones() {
    for_each_database(async |place| {
        let store = place.open().await;
        for n in 0..5 {
            let detail = BTreeMap::from([("n".to_owned(), n.to_string())]);
            store.record(&system(), Chain::Installation, "session.refuse", "name", detail).await.expect("records");
        }
        let recent = store.recent_journal(Chain::Installation, 2).await.expect("reads");
        assert_eq!(recent.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4]);
        assert_eq!(recent[0].event.detail["n"], "4");
        let from = store.journal(Chain::Installation, 3, 2).await.expect("reads");
        assert_eq!(from.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 4]);
    })
    .await;
}
