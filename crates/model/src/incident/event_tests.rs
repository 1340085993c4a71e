//! What may be written down.

use super::*;
use serde_json::json;

#[test]
fn an_event_is_read_from_what_was_written() {
    let sent = Event::Report {
        report: "mhlw".into(),
        status: ReportStatus::Sent { at: Ts::from_micros(0), by: "藤森".into(), receipt: "A-1".into() },
    };
    let written = serde_json::to_value(&sent).expect("writes");
    assert_eq!(written["kind"], "report");
    assert_eq!(written["status"], "sent");
    assert_eq!(serde_json::from_value::<Event>(written).expect("reads"), sent);
    let note: Event = serde_json::from_value(json!({"kind": "note", "text": "画面が消えた"})).expect("reads");
    assert_eq!(note.fault(), None);
}

#[test]
fn what_lacks_its_ground_is_not_written() {
    let decision = Event::Decision { text: "回線を切る".into(), basis: " ".into(), by: "院長".into() };
    assert!(decision.fault().is_some());
    let custody = |sha256: &str| Event::Custody {
        item: "外付けディスク1".into(),
        holder: "小田".into(),
        place: String::new(),
        sha256: sha256.into(),
        remark: String::new(),
    };
    assert_eq!(custody("").fault(), None);
    assert_eq!(custody(&"0f".repeat(32)).fault(), None);
    assert!(custody("0f").fault().is_some());
    let cost = Event::Cost { who: "A社".into(), what: "調査".into(), minutes: 0, yen: 0 };
    assert!(cost.fault().is_some());
    let long = Event::Note { text: "長".repeat(5000), happened: None, document: None, file: String::new() };
    assert!(long.fault().is_some());
}

#[test]
fn a_moment_is_read_as_a_browser_or_a_person_gives_it() {
    let moment = Ts::try_from("2026-11-21T00:05:00Z".to_owned()).ok();
    for typed in ["2026-11-21T09:05", "2026/11/21 9:05", "令和８年１１月２１日 ９：０５", "2026-11-21 09:05:30"]
    {
        assert_eq!(read_moment(typed), moment, "{typed}");
    }
    for typed in ["", "9:05", "2026-11-21", "2026-11-21 24:00", "2026-11-21 x"] {
        assert_eq!(read_moment(typed), None, "{typed}");
    }
}

#[test]
fn money_is_read_as_people_type_it() {
    assert_eq!(read_yen("１２,０００円"), Some(12_000));
    assert_eq!(read_yen(""), Some(0));
    assert_eq!(read_yen("たくさん"), None);
}
