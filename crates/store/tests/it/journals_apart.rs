//! Rooms whose journals were written apart.

use crate::fixture::{facility, system};
use hakutaku_model::incident::{Event, Incident, Operation, Setup};
use hakutaku_model::room::{Author, Draft, Room, RoomKind, merge_files};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Store, StoreError};

fn draft(event: &Event) -> Draft {
    let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
    Draft { author, at: system().at, body: serde_json::to_value(event).expect("writes"), once: None }
}

fn note(text: &str) -> Event {
    Event::Note { text: text.into(), happened: None, document: None, file: String::new() }
}

fn ward(operation: Operation) -> Event {
    Event::Ward { ward: "3階病棟".into(), operation, remark: String::new() }
}

async fn write(store: &Store, room: &Room, events: &[Event]) {
    let drafts: Vec<Draft> = events.iter().map(draft).collect();
    store.append_entries(room.id, &drafts).await.expect("writes");
}

/// Two stores opened on the same data write under names of their own, as a server and a laptop do.
#[tokio::test]
async fn two_installations_take_in_each_others_journal_and_show_the_same() {
    for_each_database(async |place| {
        let server = place.open().await;
        let home = facility(&server, "白沢").await;
        let setup = serde_json::to_value(Setup { known_at: system().at }).expect("writes");
        let room = server.create_room(&system(), home, RoomKind::Incident, "不審な通信", &setup).await.expect("makes");
        write(&server, &room, &[note("はじめ"), ward(Operation::Paper)]).await;
        let carried = server.journal_file(home, room.id).await.expect("reads");

        // What a laptop wrote meanwhile, under a writer of its own, on top of what it had taken along.
        let laptop_origin = hakutaku_model::id::OriginId(uuid::Uuid::from_u128(7));
        let mut laptop = carried.clone();
        let mut tail = hakutaku_model::room::Tail {
            seq: 0,
            hash: hakutaku_model::journal::Hash::ZERO,
            tick: carried.entries.iter().map(|entry| entry.tick).max().expect("two"),
        };
        for event in [note("ノートPCで"), ward(Operation::Normal)] {
            let entry = hakutaku_model::room::Entry::after(tail, room.id, laptop_origin, draft(&event));
            tail = hakutaku_model::room::Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
            laptop.entries.push(entry);
        }
        write(&server, &room, &[note("サーバで"), note("もう一つ")]).await;
        let of_server = server.journal_file(home, room.id).await.expect("reads");

        let one = merge_files(&of_server, &laptop).expect("joins");
        assert_eq!(one, merge_files(&laptop, &of_server).expect("joins"), "the same in either order");
        assert_eq!(server.take_in_journal(&system(), home, &laptop).await.expect("takes in"), 2);
        assert_eq!(server.take_in_journal(&system(), home, &laptop).await.expect("takes in"), 0, "again: nothing new");
        let here = server.journal_file(home, room.id).await.expect("reads");
        assert_eq!(here.entries, one.entries, "the store and the files come to the same");
        assert_eq!(Incident::fold(&here.room, &here.entries), Incident::fold(&one.room, &one.entries));
        assert_eq!(here.entries.len(), 6);

        // After taking in, what is written next stands behind everything that was taken in.
        write(&server, &room, &[note("あとで")]).await;
        let last = server.entries(room.id).await.expect("reads").pop().expect("there");
        assert_eq!(last.body["text"], "あとで");

        let mut damaged = laptop;
        damaged.entries[2].body = serde_json::json!({ "kind": "note", "text": "書き換え" });
        let refused = server.take_in_journal(&system(), home, &damaged).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        assert_eq!(server.entry_count(room.id).await.expect("counts"), 7, "nothing of it was taken in");
        let elsewhere = facility(&server, "よそ").await;
        let refused = server.take_in_journal(&system(), elsewhere, &here).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_closed_room_takes_no_line_but_still_takes_in_what_was_written_before() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let room = store
            .create_room(&system(), home, RoomKind::Incident, "不審な通信", &serde_json::json!({}))
            .await
            .expect("makes");
        write(&store, &room, &[note("はじめ")]).await;
        let carried = store.journal_file(home, room.id).await.expect("reads");
        let tick = carried.entries[0].tick;
        let tail = hakutaku_model::room::Tail { seq: 0, hash: hakutaku_model::journal::Hash::ZERO, tick };
        let origin = hakutaku_model::id::OriginId(uuid::Uuid::from_u128(7));
        let mut laptop = carried;
        laptop.entries.push(hakutaku_model::room::Entry::after(tail, room.id, origin, draft(&note("ノートPCで"))));
        store.close_room(&system(), home, room.id).await.expect("closes");
        let refused = store.append_entries(room.id, &[draft(&note("遅い"))]).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        assert_eq!(store.take_in_journal(&system(), home, &laptop).await.expect("nothing is lost"), 1);
    })
    .await;
}
