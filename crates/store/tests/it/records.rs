//! Registers.

use crate::fixture::{facility, noon, system};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::Register;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Shelf, StoreError};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    name: String,
    #[serde(default)]
    key: Option<String>,
}

impl Register for Line {
    const KIND: &'static str = "line";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        self.key.clone()
    }
}

fn line(name: &str, key: Option<&str>) -> Line {
    Line { name: name.to_owned(), key: key.map(str::to_owned) }
}

#[tokio::test]
async fn a_row_is_kept_changed_and_retired_with_a_log_entry_each() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let row = store.add_record(&system(), home, &line("𠮷野 VPN", None)).await.expect("adds");
        assert_eq!((row.version, row.body.name.as_str(), row.created_at), (1, "𠮷野 VPN", noon()));
        let same = store.change_record(&system(), home, row.id, 1, &row.body).await.expect("changes nothing");
        assert_eq!(same.version, 1, "an equal body is no change");
        let row = store.change_record(&system(), home, row.id, 1, &line("保守VPN", None)).await.expect("changes");
        assert_eq!(row.version, 2);
        let stale = store.change_record(&system(), home, row.id, 1, &line("別", None)).await;
        assert!(matches!(stale, Err(StoreError::Conflict("line"))), "{stale:?}");
        assert_eq!(store.records::<Line>(home).await.expect("lists"), std::slice::from_ref(&row));
        store.retire_record::<Line>(&system(), home, row.id, 2).await.expect("retires");
        assert!(store.records::<Line>(home).await.expect("lists").is_empty());
        let kept = store.record_of::<Line>(home, row.id).await.expect("stays readable");
        assert!(kept.retired_at.is_some());
        let log = store.recent_journal(Chain::Facility(home), 10).await.expect("reads");
        let done: Vec<&str> = log.iter().map(|entry| entry.event.action.as_str()).take(3).collect();
        assert_eq!(done, ["line.retire", "line.change", "line.create"]);
    })
    .await;
}

#[tokio::test]
async fn no_facility_sees_or_changes_the_rows_of_another() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (ours, theirs) = (facility(&store, "一").await, facility(&store, "二").await);
        let row = store.add_record(&system(), ours, &line("A", Some("a"))).await.expect("adds");
        assert!(store.records::<Line>(theirs).await.expect("lists").is_empty());
        assert!(store.records::<Line>(Shelf::Installation).await.expect("lists").is_empty());
        for shelf in [Shelf::Facility(theirs), Shelf::Installation] {
            assert!(matches!(store.record_of::<Line>(shelf, row.id).await, Err(StoreError::NotFound(_))));
            let changed = store.change_record(&system(), shelf, row.id, 1, &line("B", None)).await;
            assert!(matches!(changed, Err(StoreError::NotFound(_))), "{changed:?}");
            let retired = store.retire_record::<Line>(&system(), shelf, row.id, 1).await;
            assert!(matches!(retired, Err(StoreError::NotFound(_))), "{retired:?}");
            assert_eq!(store.record_by_key::<Line>(shelf, "a").await.expect("looks"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn a_natural_key_is_in_use_once_per_shelf() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (ours, theirs) = (facility(&store, "一").await, facility(&store, "二").await);
        for shelf in [Shelf::Facility(ours), Shelf::Facility(theirs), Shelf::Installation] {
            let first = store.add_record(&system(), shelf, &line("A", Some("a"))).await.expect("adds");
            let twice = store.add_record(&system(), shelf, &line("B", Some("a"))).await;
            assert!(matches!(twice, Err(StoreError::AlreadyExists("line"))), "{twice:?}");
            let put = store.put_record(&system(), shelf, &line("C", Some("a"))).await.expect("puts");
            assert_eq!((put.id, put.version), (first.id, 2));
            store.retire_record::<Line>(&system(), shelf, first.id, 2).await.expect("retires");
            store.put_record(&system(), shelf, &line("D", Some("a"))).await.expect("the key is free again");
        }
    })
    .await;
}

#[tokio::test]
async fn several_rows_are_added_all_or_none() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let refused = store.add_records(&system(), home, &[line("A", Some("a")), line("B", Some("a"))]).await;
        assert!(refused.is_err());
        assert!(store.records::<Line>(home).await.expect("lists").is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_postgresql_cannot_keep_is_refused_on_both() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let refused = store.add_record(&system(), home, &line("名\0前", None)).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    })
    .await;
}
