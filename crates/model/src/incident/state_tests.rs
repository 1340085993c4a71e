//! What the state after the entries is.

use super::*;
use crate::id::{FacilityId, OriginId, RoomId};
use crate::room::{Draft, RoomKind, Tail, merge};
use proptest::prelude::*;
use uuid::Uuid;

fn room() -> Room {
    Room {
        id: RoomId(Uuid::from_u128(1)),
        facility: FacilityId(Uuid::from_u128(2)),
        kind: RoomKind::Incident,
        title: "不審な通信".into(),
        setup: serde_json::to_value(Setup { known_at: Ts::from_micros(0) }).expect("writes"),
        created_at: Ts::from_micros(60_000_000),
        closed_at: None,
    }
}

fn write(journal: &mut Vec<Entry>, writer: u128, event: &Event) -> EntryRef {
    let origin = OriginId(Uuid::from_u128(writer));
    let own = journal.iter().filter(|entry| entry.origin == origin).max_by_key(|entry| entry.seq);
    let tail = Tail {
        seq: own.map_or(0, |entry| entry.seq),
        hash: own.map_or(crate::journal::Hash::ZERO, |entry| entry.hash),
        tick: journal.iter().map(|entry| entry.tick).max().unwrap_or(0),
    };
    let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
    let at = Ts::from_micros(i64::try_from(journal.len()).expect("few") * 60_000_000);
    let body = serde_json::to_value(event).expect("writes");
    journal.push(Entry::after(tail, room().id, origin, Draft { author, at, body, once: None }));
    EntryRef { origin, seq: tail.seq + 1 }
}

fn ward(operation: Operation) -> Event {
    Event::Ward { ward: "3階病棟".into(), operation, remark: String::new() }
}

#[test]
fn the_last_word_about_a_ward_stands_and_its_history_stays() {
    let mut journal = Vec::new();
    write(&mut journal, 1, &ward(Operation::Paper));
    write(&mut journal, 1, &ward(Operation::Normal));
    let incident = Incident::fold(&room(), &journal);
    let history: Vec<Operation> = incident.wards["3階病棟"].iter().map(|was| was.state).collect();
    assert_eq!(history, [Operation::Paper, Operation::Normal]);
}

#[test]
fn an_undone_decision_stays_and_says_why() {
    let mut journal = Vec::new();
    let decision =
        Event::Decision { text: "外部接続を切る".into(), basis: "不審な通信".into(), by: "院長".into() };
    let id = write(&mut journal, 1, &decision);
    write(&mut journal, 1, &Event::Undone { decision: id, why: "安全を確かめた".into(), by: "院長".into() });
    let incident = Incident::fold(&room(), &journal);
    assert_eq!(incident.decisions.len(), 1);
    assert_eq!(incident.decisions[0].undone.as_ref().map(|undone| undone.1.as_str()), Some("安全を確かめた"));
    assert_eq!(incident.lines.len(), 2);
}

#[test]
fn a_struck_line_stays_on_the_timeline_and_counts_nowhere() {
    let mut journal = Vec::new();
    let cost = Event::Cost { who: "A社".into(), what: "調査".into(), minutes: 90, yen: 50_000 };
    let id = write(&mut journal, 1, &cost);
    write(&mut journal, 1, &Event::Cost { who: "小田".into(), what: "切り離し".into(), minutes: 30, yen: 0 });
    write(&mut journal, 1, &Event::Struck { entry: id, why: "別の案件".into() });
    let incident = Incident::fold(&room(), &journal);
    let totals = incident.totals();
    assert_eq!((totals.minutes, totals.yen), (30, 0));
    assert_eq!(incident.lines[0].struck.as_deref(), Some("別の案件"));
}

#[test]
fn a_number_given_later_belongs_to_the_report_that_was_made() {
    let mut journal = Vec::new();
    let number = |report: &str| Event::Receipt { report: report.into(), receipt: "受-77".into() };
    let sent = ReportStatus::Sent { at: Ts::from_micros(0), by: "藤森".into(), receipt: String::new() };
    write(&mut journal, 1, &number("police"));
    write(&mut journal, 1, &Event::Report { report: "mhlw".into(), status: sent });
    write(&mut journal, 1, &number("mhlw"));
    let incident = Incident::fold(&room(), &journal);
    let ReportStatus::Sent { by, receipt, .. } = &incident.reports["mhlw"].status else { panic!("it was made") };
    assert_eq!((by.as_str(), receipt.as_str()), ("藤森", "受-77"));
    assert!(!incident.reports.contains_key("police"), "nobody said that it was made");
    assert_eq!(incident.lines.len(), 3);
    assert!(Event::Receipt { report: "mhlw".into(), receipt: " ".into() }.fault().is_some());
}

#[test]
fn another_hash_for_the_same_disk_is_seen() {
    let mut journal = Vec::new();
    let custody = |holder: &str, digit: &str| Event::Custody {
        item: "ディスク1".into(),
        holder: holder.into(),
        place: String::new(),
        sha256: digit.repeat(64),
        remark: String::new(),
    };
    write(&mut journal, 1, &custody("小田", "A"));
    write(&mut journal, 1, &custody("警察", "a"));
    assert!(!Incident::fold(&room(), &journal).custody[0].hash_differs, "capital letters are the same hash");
    write(&mut journal, 1, &custody("調査会社", "b"));
    let incident = Incident::fold(&room(), &journal);
    assert!(incident.custody[0].hash_differs);
    assert_eq!(incident.custody[0].held.len(), 3);
}

#[test]
fn an_entry_of_a_newer_version_is_kept_and_counted() {
    let mut journal = Vec::new();
    write(&mut journal, 1, &ward(Operation::Paper));
    journal[0].body = serde_json::json!({ "kind": "of-the-future" });
    let incident = Incident::fold(&room(), &journal);
    assert_eq!((incident.not_understood, incident.lines.len()), (1, 1));
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = prop_oneof![
        (0..4_usize).prop_map(|at| ward(Operation::ALL[at])),
        (0..4_usize).prop_map(|at| Event::System {
            system: "電子カルテ".into(),
            running: Running::ALL[at],
            remark: String::new()
        }),
        ".{1,6}".prop_map(|value| Event::Field { key: "summary".into(), value }),
        (0..4_usize).prop_map(|at| Event::Trigger { trigger: "malicious".into(), answer: Suspicion::ALL[at] }),
        any::<bool>().prop_map(|done| Event::Step { step: "found-report".into(), title: String::new(), done }),
    ];
    prop::collection::vec(one, 0..12)
}

proptest! {
    /// Two laptops write apart and come back: whoever takes in whose journal, both show the same.
    #[test]
    fn journals_written_apart_fold_to_the_same_state(common in events(), left in events(), right in events()) {
        let mut base = Vec::new();
        for event in &common { write(&mut base, 1, event); }
        let (mut a, mut b) = (base.clone(), base);
        for event in &left { write(&mut a, 2, event); }
        for event in &right { write(&mut b, 3, event); }
        let one = Incident::fold(&room(), &merge(&a, &b)?);
        prop_assert_eq!(&one, &Incident::fold(&room(), &merge(&b, &a)?));
        prop_assert_eq!(one.lines.len(), common.len() + left.len() + right.len());
    }
}
