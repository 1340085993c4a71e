use crate::samples::{centre, notice};
use hakutaku_exchange::stix::{self, ReadError};
use hakutaku_exchange::{Reader, Worth};
use hakutaku_model::region::notice::{Notice, NoticeKind, Tlp};
use serde_json::{Value, json};

const UUID: &str = "00000000-0000-4000-8000-000000009001";

fn object(kind: &str, n: u32, more: Value) -> Value {
    let mut object = json!({
        "type": kind, "spec_version": "2.1", "id": format!("{kind}--00000000-0000-4000-8000-{n:012}"),
        "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z",
    });
    for (name, value) in more.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}

fn bundle(objects: &[Value]) -> Vec<u8> {
    json!({ "type": "bundle", "id": format!("bundle--{UUID}"), "objects": objects }).to_string().into_bytes()
}

#[test]
fn what_we_send_we_read() {
    let sent = Notice { kind: NoticeKind::Vulnerability, ..notice() };
    let objects = stix::notice(&centre(), std::slice::from_ref(&sent), Reader::Member).expect("made");
    let read = stix::read(stix::bundle(&objects).to_string().as_bytes()).expect("read");
    assert_eq!(read.verdicts.len(), objects.len());
    assert!(read.verdicts.iter().all(|said| said.worth != Worth::Refused), "{:#?}", read.verdicts);
    let [draft] = &read.drafts[..] else { panic!("{:#?}", read.drafts) };
    assert_eq!((draft.kind, draft.tlp, &draft.title[..]), (NoticeKind::Vulnerability, Tlp::Amber, "VPN装置の弱点"));
    assert_eq!((draft.indicators.len(), draft.products.len(), draft.withdrawn), (9, 1, false));
    assert_eq!(draft.source, "医療圏監視センター");
    assert!(draft.text.contains("弱点が\\見つかりました"), "{}", draft.text);
}

#[test]
fn a_feed_of_another_centre_becomes_a_draft_with_a_verdict_for_each_object() {
    let marking =
        object("marking-definition", 1, json!({ "definition_type": "tlp", "definition": { "tlp": "green" } }));
    let own = json!([marking["id"]]);
    let all = [
        object("identity", 1, json!({ "name": "医療ISAC（架空）", "identity_class": "organization" })),
        marking,
        object(
            "vulnerability",
            1,
            json!({ "name": "x", "external_references": [{ "source_name": "cve", "external_id": "CVE-2018-13379" }], "object_marking_refs": own }),
        ),
        object("malware", 1, json!({ "name": "ExampleLocker", "is_family": true })),
        object(
            "indicator",
            1,
            json!({ "pattern": "[ipv4-addr:value = '198.51.100.21' OR domain-name:value = 'c2.example.net']", "pattern_type": "stix", "valid_from": "2026-10-01T00:00:00Z", "object_marking_refs": own }),
        ),
        object(
            "indicator",
            2,
            json!({ "pattern": "[file:size = 3]", "pattern_type": "stix", "object_marking_refs": own }),
        ),
        object("indicator", 3, json!({ "pattern": "[[", "pattern_type": "stix", "object_marking_refs": own })),
        object("indicator", 4, json!({ "pattern": "[url:value = 'http://late.example/']", "pattern_type": "stix" })),
        object("x-unheard-of", 1, json!({ "any": 1 })),
        object(
            "report",
            1,
            json!({
                "name": "SSL-VPN経由の侵入", "description": "侵入の事例です。", "published": "2026-10-01T00:00:00Z",
                "created_by_ref": "identity--00000000-0000-4000-8000-000000000001", "object_marking_refs": own,
                "object_refs": ["indicator--00000000-0000-4000-8000-000000000001", "indicator--00000000-0000-4000-8000-000000000002",
                    "indicator--00000000-0000-4000-8000-000000000003", "malware--00000000-0000-4000-8000-000000000001",
                    "vulnerability--00000000-0000-4000-8000-000000000001", "tool--00000000-0000-4000-8000-000000000099"],
            }),
        ),
        json!({ "type": "indicator", "id": "indicator--nonsense", "spec_version": "2.1" }),
        json!(7),
    ];
    let read = stix::read(&bundle(&all)).expect("read");
    let worth: Vec<Worth> = read.verdicts.iter().map(|said| said.worth).collect();
    use Worth::{Kept, Refused, Taken};
    assert_eq!(worth, [Kept, Kept, Taken, Kept, Taken, Kept, Refused, Taken, Kept, Taken, Refused, Refused]);
    assert_eq!(read.kept.len(), 5, "what is not understood is not lost");
    assert!(read.kept.iter().any(|one| one["type"] == "x-unheard-of" && one["any"] == 1));
    assert!(read.verdicts[9].words.ja.contains("参照先1個"), "{}", read.verdicts[9].words.ja);
    let [report, loose] = &read.drafts[..] else { panic!("{:#?}", read.drafts) };
    assert_eq!((report.indicators.len(), report.tlp, &report.source[..]), (3, Tlp::Green, "医療ISAC（架空）"));
    // Without a label nobody has said that it may go further.
    assert_eq!((loose.indicators.len(), loose.tlp), (1, Tlp::AmberStrict));
}

#[test]
fn the_narrowest_label_of_the_parts_is_that_of_the_draft() {
    let clue = |n, tlp| {
        object(
            "indicator",
            n,
            json!({ "pattern": "[url:value = 'http://a.example/']", "pattern_type": "stix", "object_marking_refs": [stix::marking_id(tlp)] }),
        )
    };
    let report = object(
        "report",
        1,
        json!({ "name": "x", "object_marking_refs": [stix::marking_id(Tlp::Clear)], "object_refs": ["indicator--00000000-0000-4000-8000-000000000001", "indicator--00000000-0000-4000-8000-000000000002"] }),
    );
    let read = stix::read(&bundle(&[clue(1, Tlp::Green), clue(2, Tlp::Red), report])).expect("read");
    assert_eq!(read.drafts[0].tlp, Tlp::Red);
}

#[test]
fn the_newest_version_counts_and_what_was_taken_back_does_not() {
    let mut old =
        object("indicator", 1, json!({ "pattern": "[url:value = 'http://old.example/']", "pattern_type": "stix" }));
    let mut new = old.clone();
    (old["modified"], new["modified"]) = (json!("2026-10-02T00:00:00Z"), json!("2026-10-03T00:00:00Z"));
    new["pattern"] = json!("[url:value = 'http://new.example/']");
    for order in [[new.clone(), old.clone()], [old, new.clone()]] {
        let read = stix::read(&bundle(&order)).expect("read");
        assert_eq!(read.drafts[0].indicators[0].value, "http://new.example/");
        assert_eq!(read.verdicts.iter().filter(|said| said.worth == Worth::Taken).count(), 1);
    }
    new["revoked"] = json!(true);
    let read = stix::read(&bundle(&[new])).expect("read");
    assert!(read.drafts.is_empty() && read.verdicts[0].worth == Worth::Kept);
    let report = object("report", 1, json!({ "name": "x", "revoked": true, "object_refs": [] }));
    assert!(stix::read(&bundle(&[report])).expect("read").drafts[0].withdrawn);
}

#[test]
fn what_is_no_bundle_is_refused_in_one_sentence() {
    let many: Vec<Value> = (0..=stix::MOST_OBJECTS).map(|_| json!(0)).collect();
    for (bytes, part) in [
        (b"".to_vec(), "JSON"),
        (b"[]".to_vec(), "bundle"),
        (br#"{"type":"bundle","spec_version":"2.0","objects":[]}"#.to_vec(), "2.0"),
        (vec![b'['; 200], "段"),
        (bundle(&many), "オブジェクト"),
    ] {
        let error: ReadError = stix::read(&bytes).expect_err("refused");
        assert!(error.text().ja.contains(part), "{}", error.text().ja);
        assert!(!error.text().is_incomplete());
    }
}
