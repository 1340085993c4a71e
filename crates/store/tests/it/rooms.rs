//! Rooms, their journals, and the doors into them.

use crate::fixture::{facility, noon, system};
use hakutaku_model::id::RoomId;
use hakutaku_model::room::{Author, Draft, RoomKind, verify};
use hakutaku_model::seat::Purpose;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Store, StoreError, read_code};
use serde_json::json;

fn draft(text: &str, once: Option<&str>) -> Draft {
    let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
    Draft { author, at: noon(), body: json!({ "kind": "note", "text": text }), once: once.map(str::to_owned) }
}

async fn texts(store: &Store, room: RoomId) -> Vec<String> {
    let entries = store.entries(room).await.expect("reads");
    assert_eq!(verify(&entries), Ok(()));
    entries.iter().map(|entry| entry.body["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn entries_are_added_in_order_and_a_once_key_only_once() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store.create_room(&system(), home, RoomKind::Drill, "60分訓練", &json!({})).await.expect("makes");
        let added =
            store.append_entries(room.id, &[draft("一", None), draft("二", Some("inject:a"))]).await.expect("adds");
        assert_eq!(added.len(), 2);
        let added = store.append_entries(room.id, &[draft("また二", Some("inject:a")), draft("三", None)]).await;
        assert_eq!(added.expect("adds").len(), 1, "what was fired once is not fired again");
        // Another server, or the same after a crash: it writes on under another name.
        let again = place.open().await;
        assert_ne!(again.origin(), store.origin());
        again.append_entries(room.id, &[draft("四", None), draft("二", Some("inject:a"))]).await.expect("adds");
        assert_eq!(texts(&store, room.id).await, ["一", "二", "三", "四"]);
        assert_eq!(store.entry_count(room.id).await.expect("counts"), 4);
        store.close_room(&system(), home, room.id).await.expect("closes");
        let late = store.append_entries(room.id, &[draft("五", None)]).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_lose_nothing_and_fire_nothing_twice() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store.create_room(&system(), home, RoomKind::Drill, "訓練", &json!({})).await.expect("makes").id;
        let writers = (0..40).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let drafts = [draft(&format!("書き手{n}"), None), draft("状況付与", Some("inject:a"))];
                store.append_entries(room, &drafts).await.expect("adds").len()
            })
        });
        let mut added = 0;
        for writer in writers.collect::<Vec<_>>() {
            added += writer.await.expect("ends");
        }
        assert_eq!(added, 41);
        assert_eq!(texts(&store, room).await.len(), 41);
    })
    .await;
}

#[tokio::test]
async fn two_laptops_write_apart_and_come_back_to_the_same() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store.create_room(&system(), home, RoomKind::Incident, "有事", &json!({})).await.expect("makes");
        store.append_entries(room.id, &[draft("発見", None)]).await.expect("adds");
        let taken = store.journal_file(home, room.id).await.expect("writes");
        // The laptop has the facility from the backup; here a second store on the same tables stands for it.
        let laptop = place.open().await;
        let mut away = taken.clone();
        let tail = hakutaku_model::room::Tail { seq: 0, hash: hakutaku_model::journal::Hash::ZERO, tick: 1 };
        away.entries.push(hakutaku_model::room::Entry::after(
            tail,
            room.id,
            laptop.origin(),
            draft("ノートPCで", None),
        ));
        store.append_entries(room.id, &[draft("本院で", None)]).await.expect("adds");
        assert_eq!(store.take_in_journal(&system(), home, &away).await.expect("takes in"), 1);
        assert_eq!(store.take_in_journal(&system(), home, &away).await.expect("takes in"), 0, "twice is once");
        assert_eq!(texts(&store, room.id).await.len(), 3);
        let mut broken = away.clone();
        broken.entries[0].body = json!({ "kind": "note", "text": "書き換え" });
        let refused = store.take_in_journal(&system(), home, &broken).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        let other = facility(&store, "別の病院").await;
        assert!(store.take_in_journal(&system(), other, &away).await.is_err());
        assert!(store.room(other, room.id).await.is_err(), "another facility does not find it");
    })
    .await;
}

#[tokio::test]
async fn a_door_lets_in_until_it_closes() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store.create_room(&system(), home, RoomKind::Drill, "訓練", &json!({})).await.expect("makes").id;
        let until = noon().plus_seconds(3600);
        let issued = store.open_door(&system(), home, Purpose::Drill, room.0, &json!({}), until).await.expect("opens");
        let code = &issued.door.code;
        let typed = format!(" {}-{} ", code[..3].to_lowercase(), &code[3..]);
        assert_eq!(read_code(&typed), *code);
        assert_eq!(store.door_of_code(&typed, noon()).await.expect("looks").as_ref(), Some(&issued.door));
        assert_eq!(store.door_of_token(&issued.token, noon()).await.expect("looks").as_ref(), Some(&issued.door));
        assert_eq!(store.door_of_token(&issued.token, until).await.expect("looks"), None, "its time is over");
        let seat = store.take_seat(&issued.door, "青木", "ward", noon()).await.expect("sits");
        assert!(store.take_seat(&issued.door, "", "ward", noon()).await.is_err());
        let (found, door) = store.seat_of_token(&seat.token, noon()).await.expect("looks").expect("is there");
        assert_eq!((found, door.id), (seat.seat, issued.door.id));
        let other = facility(&store, "別の病院").await;
        assert!(store.close_door(&system(), other, issued.door.id).await.is_err());
        store.close_door(&system(), home, issued.door.id).await.expect("closes");
        assert_eq!(store.seat_of_token(&seat.token, noon()).await.expect("looks"), None, "those inside are out");
        assert_eq!(store.door_of_code(code, noon()).await.expect("looks"), None);
    })
    .await;
}

#[tokio::test]
async fn a_journal_with_a_close_closes_the_room_here_and_what_comes_late_is_logged() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store.create_room(&system(), home, RoomKind::Incident, "有事", &json!({})).await.expect("makes");
        store.append_entries(room.id, &[draft("発見", None)]).await.expect("adds");
        let early = store.append_late(&system(), home, room.id, &draft("まだ開いている", None)).await;
        assert!(matches!(early, Err(StoreError::Conflict(_))), "{early:?}");
        let mut away = store.journal_file(home, room.id).await.expect("writes");
        away.room.closed_at = Some(system().at);
        assert_eq!(store.take_in_journal(&system(), home, &away).await.expect("takes in"), 0);
        assert_eq!(store.room(home, room.id).await.expect("there").closed_at, Some(system().at));
        let refused = store.append_entries(room.id, &[draft("あとで", None)]).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        // A later journal that knows nothing of the close opens nothing.
        away.room.closed_at = None;
        store.take_in_journal(&system(), home, &away).await.expect("takes in");
        assert!(store.room(home, room.id).await.expect("there").closed_at.is_some());
        store.append_late(&system(), home, room.id, &draft("受付番号", None)).await.expect("adds");
        assert_eq!(texts(&store, room.id).await, ["発見", "受付番号"]);
        let file = store.journal_file(home, room.id).await.expect("reads");
        assert_eq!(hakutaku_model::room::verify(&file.entries), Ok(()));
        let other = facility(&store, "別の病院").await;
        let foreign = store.append_late(&system(), other, room.id, &draft("よそ", None)).await;
        assert!(matches!(foreign, Err(StoreError::NotFound(_))), "{foreign:?}");
    })
    .await;
}
