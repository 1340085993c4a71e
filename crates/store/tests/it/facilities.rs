//! Facilities and settings.

use crate::fixture::{facility, profile, system};
use hakutaku_store::StoreError;
use hakutaku_store::testing::for_each_database;
use serde_json::json;

#[tokio::test]
async fn a_facility_changed_meanwhile_is_not_overwritten() {
    for_each_database(async |place| {
        let store = place.open().await;
        let id = facility(&store, "白沢記念病院").await;
        let row = store.facility(id).await.expect("reads");
        let newer = profile("白沢記念病院 本院");
        let questionnaires = ["executive".into(), "hospital-it".into()];
        let after = store.update_facility(&system(), id, &newer, &questionnaires, row.version).await.expect("changes");
        assert_eq!((after.version, &after.profile, &after.questionnaires[..]), (2, &newer, &questionnaires[..]));
        let stale = store.update_facility(&system(), id, &newer, &[], row.version).await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    })
    .await;
}

#[tokio::test]
async fn only_the_facilities_asked_for_are_listed() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, two, three) =
            (facility(&store, "一").await, facility(&store, "二").await, facility(&store, "三").await);
        let all: Vec<_> = store.facilities().await.expect("lists").iter().map(|row| row.id).collect();
        assert_eq!(all, [one, two, three], "oldest first");
        let some: Vec<_> =
            store.facilities_among(&[three, one]).await.expect("lists").iter().map(|row| row.id).collect();
        assert_eq!(some, [one, three]);
        assert!(store.facilities_among(&[]).await.expect("lists").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_facility_without_a_name_is_refused() {
    for_each_database(async |place| {
        let store = place.open().await;
        for name in ["", "　", &"長".repeat(121), "名\0前"] {
            let refused = store.create_facility(&system(), &profile(name), &[]).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{name:?}: {refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn settings_are_kept_and_the_installation_knows_when_it_is_set_up() {
    for_each_database(async |place| {
        let store = place.open().await;
        assert!(!store.is_set_up().await.expect("reads"));
        store.set_setting(&system(), "setup.done", &json!(false)).await.expect("sets");
        store.set_setting(&system(), "setup.done", &json!(true)).await.expect("sets");
        store.set_setting(&system(), "demo", &json!({"seed": 1})).await.expect("sets");
        store.close().await;
        let store = place.open().await;
        assert!(store.is_set_up().await.expect("reads"));
        assert_eq!(store.setting("demo").await.expect("reads"), Some(json!({"seed": 1})));
        store.clear_setting(&system(), "demo").await.expect("clears");
        assert_eq!(store.setting("demo").await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn a_database_is_not_opened_without_its_own_key() {
    for_each_database(async |place| {
        place.open().await.close().await;
        let key = place.options.data.join("installation.key");
        let kept = std::fs::read(&key).expect("reads");
        std::fs::remove_file(&key).expect("removes");
        let missing = hakutaku_store::Store::open(place.options.clone()).await.expect_err("refuses");
        assert!(missing.to_string().contains("is missing"), "{missing}");
        assert!(!key.exists(), "no new key hides the loss");
        let foreign = String::from_utf8(kept).expect("text").replace("\"signing_seed\": \"", "\"signing_seed\": \"00");
        let foreign = foreign.replacen("\",\n", "#", 1);
        let (seed, rest) = foreign.split_once('#').expect("two keys");
        std::fs::write(&key, format!("{}\",\n{rest}", &seed[..seed.len() - 2])).expect("writes");
        let wrong = hakutaku_store::Store::open(place.options.clone()).await.expect_err("refuses");
        assert!(wrong.to_string().contains("another installation"), "{wrong}");
    })
    .await;
}
