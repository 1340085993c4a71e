use crate::program::{path_text, run, stderr};
use serde_json::{Value, json};

/// A journal of one entry by one writer, sealed as the store does.
fn journal(origin: u128, text: &str) -> Value {
    use hakutaku_model::id::{FacilityId, OriginId, RoomId};
    use hakutaku_model::room::{Author, Draft, Entry, JOURNAL_FORMAT, JournalFile, Room, RoomKind, Tail};
    use hakutaku_model::time::Ts;
    let id = |n: u128| format!("00000000-0000-0000-0000-{n:012}");
    let room = Room {
        id: id(1).parse::<RoomId>().expect("an id"),
        facility: id(2).parse::<FacilityId>().expect("an id"),
        kind: RoomKind::Incident,
        title: "不審な通信".into(),
        setup: json!({ "known_at": "2026-01-01T00:00:00.000000Z" }),
        created_at: Ts::from_micros(0),
        closed_at: None,
    };
    let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
    let body = json!({ "kind": "note", "text": text });
    let draft = Draft { author, at: Ts::from_micros(0), body, once: None };
    let origin = id(origin).parse::<OriginId>().expect("an id");
    let entry = Entry::after(Tail::EMPTY, room.id, origin, draft);
    let file = JournalFile { format: JOURNAL_FORMAT.to_owned(), room, entries: vec![entry] };
    serde_json::to_value(file).expect("writes")
}

#[test]
fn two_journals_join_to_the_same_file_in_either_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    for (name, origin, text) in [("a.json", 11, "サーバで"), ("b.json", 12, "ノートPCで")] {
        std::fs::write(at(name), journal(origin, text).to_string()).expect("written");
    }
    let merge = |first: &str, second: &str, out: &str| {
        let (first, second, out) = (at(first), at(second), at(out));
        run(&["journal", "merge", path_text(&first), path_text(&second), "--out", path_text(&out)])
    };
    let done = merge("a.json", "b.json", "ab.json");
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    assert!(stderr(&done).contains("2 entries of 2 writers"), "{}", stderr(&done));
    assert_eq!(merge("b.json", "a.json", "ba.json").status.code(), Some(0));
    let read = |name: &str| std::fs::read_to_string(at(name)).expect("there");
    assert_eq!(read("ab.json"), read("ba.json"));
    // Joining again brings nothing new.
    assert_eq!(merge("ab.json", "a.json", "again.json").status.code(), Some(0));
    assert_eq!(read("again.json"), read("ab.json"));
}

#[test]
fn a_damaged_journal_and_one_of_another_room_are_refused_and_nothing_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("good.json"), journal(11, "サーバで").to_string()).expect("written");
    let mut damaged = journal(12, "ノートPCで");
    damaged["entries"][0]["body"]["text"] = json!("書き換え");
    let mut other = journal(12, "ノートPCで");
    other["room"]["id"] = json!("00000000-0000-0000-0000-000000000099");
    let files = [
        ("damaged.json", damaged.to_string(), "changed after it was written"),
        ("other.json", other.to_string(), "two different rooms"),
        ("none.json", "{".to_owned(), "none.json:1:"),
    ];
    for (name, text, sentence) in files {
        std::fs::write(at(name), text).expect("written");
        let (good, bad, out) = (at("good.json"), at(name), at("out.json"));
        let done = run(&["journal", "merge", path_text(&good), path_text(&bad), "--out", path_text(&out)]);
        assert_eq!(done.status.code(), Some(2), "{name}");
        assert!(stderr(&done).contains(sentence), "{name}: {}", stderr(&done));
        assert!(!out.exists(), "{name}");
    }
}

#[test]
fn an_incident_that_is_not_there_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let id = "00000000-0000-0000-0000-000000000001";
    let done = run(&[
        "incident",
        "export",
        id,
        "--form",
        "mhlw",
        "--format",
        "json",
        "--data",
        path_text(dir.path()),
        "--facility",
        id,
    ]);
    assert_eq!(done.status.code(), Some(2), "{}", stderr(&done));
    assert!(stderr(&done).contains("there is no facility"), "{}", stderr(&done));
}
