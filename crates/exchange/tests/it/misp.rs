use crate::samples::{MEMBER, at, centre, notice, touches};
use crate::tools::run_python;
use hakutaku_exchange::{Reader, misp};
use hakutaku_model::region::notice::{Notice, NoticeKind, Tlp};
use serde_json::Value;

/// PyMISP knows all types and categories of MISP and refuses those that do not fit.
const PROGRAM: &str = "
import json, sys
from pymisp import MISPEvent
given = json.load(open(sys.argv[1]))
event = MISPEvent()
event.load(given)
again = json.loads(event.to_json())
assert event.uuid == given['Event']['uuid']
print(json.dumps({
    'tags': [tag.name for tag in event.tags], 'info': event.info, 'distribution': int(event.distribution),
    'attributes': [[one.type, one.category, one.value, one.to_ids] for one in event.attributes],
}))
";

fn read_by_pymisp(event: &Value) -> Value {
    serde_json::from_str(&run_python(PROGRAM, event)).expect("JSON")
}

#[test]
fn pymisp_reads_a_notice() {
    let event = misp::notice(&centre(), &notice(), Reader::Member).expect("made");
    let read = read_by_pymisp(&event);
    assert_eq!(read["tags"], serde_json::json!(["tlp:amber"]));
    let attributes = read["attributes"].as_array().expect("attributes");
    let kinds: Vec<&str> = attributes.iter().map(|one| one[0].as_str().expect("a type")).collect();
    assert_eq!(kinds, ["vulnerability", "ip-src", "ip-src", "ip-src", "domain", "url", "sha256", "md5", "email-src"]);
    assert_eq!(attributes[0][3], false, "a weakness is nothing to match traffic with");
    assert_eq!(attributes[4][2], "evil.example");
}

#[test]
fn labels_become_tags_and_distribution_and_rehearsals_match_nothing() {
    for (tlp, tag, distribution) in [
        (Tlp::Clear, "tlp:clear", 3),
        (Tlp::Green, "tlp:green", 1),
        (Tlp::AmberStrict, "tlp:amber+strict", 0),
        (Tlp::Red, "tlp:red", 0),
    ] {
        let event = misp::notice(&centre(), &Notice { tlp, ..notice() }, Reader::Centre).expect("made");
        let read = read_by_pymisp(&event);
        assert_eq!((&read["tags"][0], &read["distribution"]), (&tag.into(), &distribution.into()));
    }
    assert!(misp::notice(&centre(), &Notice { tlp: Tlp::Red, ..notice() }, Reader::Member).is_err());
    let matches = |notice: &Notice| {
        let event = misp::notice(&centre(), notice, Reader::Centre).expect("made");
        event["Event"]["Attribute"].as_array().expect("a list").iter().filter(|one| one["to_ids"] == true).count()
    };
    assert_eq!(matches(&notice()), 8);
    assert_eq!(matches(&Notice { kind: NoticeKind::Exercise, ..notice() }), 0);
    assert_eq!(matches(&notice().withdrawn("誤報", "x", at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z"))), 0);
}

#[test]
fn pymisp_reads_touches_and_members_are_not_in_them() {
    let event = misp::touches(&centre(), &touches(), Tlp::Green, Reader::Community).expect("made");
    let read = read_by_pymisp(&event);
    assert_eq!(read["attributes"].as_array().expect("a list").len(), 2);
    let text = event.to_string();
    assert!(!text.contains("192.168.77") && !text.contains(MEMBER) && !text.contains("海辺太郎"), "{text}");
}
