use crate::samples::{MEMBER, at, case, centre, facility, notice, preview, sensor, touches};
use crate::tools::{run_python, validate};
use hakutaku_exchange::Reader;
use hakutaku_exchange::stix::{self, CaseOut, Object};
use hakutaku_model::region::notice::{Indicator, IndicatorKind, Notice, NoticeKind, Tlp};
use hakutaku_model::text::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// Every kind of bundle we make, by name.
fn bundles() -> Vec<(String, Vec<Object>)> {
    let mut out = Vec::new();
    for tlp in Tlp::ALL {
        let one = Notice { tlp: *tlp, ..notice() };
        let objects = stix::notice(&centre(), &[one], Reader::Centre).expect("the centre may have all");
        out.push((format!("notice {}", tlp.label()), objects));
    }
    let bare = Notice { indicators: Vec::new(), products: Vec::new(), kind: NoticeKind::Attack, ..notice() };
    out.push(("notice without indicators".into(), stix::notice(&centre(), &[bare], Reader::Member).expect("made")));
    let exercise = Notice { kind: NoticeKind::Exercise, ..notice() };
    out.push(("exercise".into(), stix::notice(&centre(), &[exercise], Reader::Member).expect("made")));
    out.push(("corrected".into(), stix::notice(&centre(), &editions()[..2], Reader::Member).expect("made")));
    out.push(("withdrawn".into(), stix::notice(&centre(), &editions(), Reader::Member).expect("made")));
    for reader in [Reader::Community, Reader::Centre] {
        let objects = stix::touches(&centre(), &touches(), Tlp::Green, reader).expect("made");
        out.push((format!("touches {reader:?}"), objects));
        out.push((format!("case {reader:?}"), case_for(reader)));
    }
    out.push(("no touches".into(), stix::touches(&centre(), &[], Tlp::Clear, Reader::Public).expect("made")));
    out.push(("anonymous".into(), anonymous()));
    out
}

fn editions() -> [Notice; 3] {
    let first = notice();
    let mut second =
        first.corrected("対象の版を直しました", "監視センター", at("2026-11-22T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    second.indicators.remove(1);
    second.indicators.push(Indicator { kind: IndicatorKind::Address, value: "198.51.100.8".into() });
    let third = second.withdrawn("誤報でした", "監視センター", at("2026-11-23T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    [first, second, third]
}

fn case_for(reader: Reader) -> Vec<Object> {
    let names = BTreeMap::from([(facility(), MEMBER.to_owned())]);
    let (case, title) = (case(), Text::new("同じ相手が2施設に来ました", "One source at two facilities"));
    let out = CaseOut {
        case: &case,
        title: &title,
        tlp: Tlp::Green.min(reader.ceiling()),
        changed: at("2026-11-21T11:00:00Z"),
        withdrawn: false,
        names: &names,
    };
    stix::case(&centre(), &out, reader).expect("made")
}

fn anonymous() -> Vec<Object> {
    let published = preview().send(true).expect("decided");
    stix::published(&centre(), "A-2026-003", &published, Tlp::Green, at("2026-11-21T09:30:15Z"), Reader::Community)
        .expect("made")
}

fn find<'o>(objects: &'o [Object], kind: &str) -> Vec<&'o Object> {
    objects.iter().filter(|object| object.kind() == kind).collect()
}

fn all_as_json() -> Value {
    bundles().iter().map(|(_, objects)| stix::bundle(objects)).collect::<Vec<_>>().into()
}

#[test]
fn the_validator_finds_nothing_wrong_in_any_bundle() {
    let said = validate(&all_as_json());
    let all = bundles();
    assert_eq!(said.len(), all.len());
    for ((name, _), (errors, warnings)) in all.iter().zip(said) {
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        // What the validator only advises: ids should be random (ours follow from what they name), and contacts should
        // have both ports (ours are counted together whatever port the visitor came from).
        let other: Vec<&String> =
            warnings.iter().filter(|line| !line.contains("UUIDv4") && !line.contains("{301}")).collect();
        assert!(other.is_empty(), "{name}: {other:#?}");
    }
    // It does find what is wrong.
    let mut wrong = stix::bundle(&all[0].1);
    wrong["objects"][0]["created"] = "yesterday".into();
    assert!(!validate(&Value::from(vec![wrong]))[0].0.is_empty());
}

#[test]
fn observables_have_the_ids_that_the_reference_library_gives_them() {
    const PROGRAM: &str = "
import json, sys, stix2
seen = 0
for one in [one for bundle in json.load(open(sys.argv[1])) for one in bundle['objects']]:
    parsed = stix2.parse(one, allow_custom=False)
    if one['type'] in ('ipv4-addr', 'ipv6-addr', 'network-traffic', 'user-account', 'software'):
        again = {key: value for key, value in one.items() if key not in ('id', 'type', 'spec_version', 'object_marking_refs')}
        again = type(parsed)(**again)
        assert again.id == one['id'], (one, again.id)
        seen += 1
print(seen)
";
    let seen: u32 = run_python(PROGRAM, &all_as_json()).trim().parse().expect("a number");
    assert!(seen > 20, "{seen}");
}

#[test]
fn ids_stay_versions_move_and_what_is_gone_is_revoked() {
    let all = editions();
    let first = stix::notice(&centre(), &all[..1], Reader::Member).expect("made");
    let second = stix::notice(&centre(), &all[..2], Reader::Member).expect("made");
    let third = stix::notice(&centre(), &all, Reader::Member).expect("made");
    let report = |objects: &[Object]| find(objects, "report").first().map(|one| (*one).clone()).expect("a report");
    assert_eq!(report(&first).id(), report(&third).id());
    assert_eq!(report(&first).get("created"), report(&third).get("created"));
    assert!(
        report(&first).version() < report(&second).version() && report(&second).version() < report(&third).version()
    );
    assert_eq!(report(&second).get("revoked"), None);
    assert_eq!(report(&third).get("revoked"), Some(&Value::from(true)));
    let gone =
        |objects: &[Object]| find(objects, "indicator").iter().filter(|one| one.get("revoked").is_some()).count();
    // Eight of nine indicators are patterns; one is replaced by another in the second edition.
    assert_eq!((find(&first, "indicator").len(), gone(&first)), (8, 0));
    assert_eq!((find(&second, "indicator").len(), gone(&second)), (9, 1));
    assert_eq!(gone(&third), 9);
    assert_eq!(stix::bundle(&first), stix::bundle(&first), "the same objects, the same bundle");
    assert_ne!(stix::bundle(&first)["id"], stix::bundle(&second)["id"]);
}

#[test]
fn nothing_leaves_that_its_label_forbids() {
    for (reader, widest) in [(Reader::Public, 1), (Reader::Community, 2), (Reader::Member, 4), (Reader::Centre, 5)] {
        let made =
            Tlp::ALL.iter().filter(|tlp| stix::notice(&centre(), &[Notice { tlp: **tlp, ..notice() }], reader).is_ok());
        assert_eq!(made.count(), widest, "{reader:?}");
    }
    let refused = stix::touches(&centre(), &touches(), Tlp::Amber, Reader::Community).expect_err("refused");
    assert!(refused.text().ja.contains("TLP:AMBER"), "{}", refused.text().ja);
    // An indicator of an edition that was narrower stays where it was.
    let narrow = Notice { tlp: Tlp::Red, ..notice() };
    let mut wide =
        narrow.corrected("広げました", "監視センター", at("2026-11-22T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    (wide.tlp, wide.indicators) = (Tlp::Green, Vec::new());
    let objects = stix::notice(&centre(), &[narrow, wide], Reader::Community).expect("made");
    assert!(find(&objects, "indicator").is_empty());
}

#[test]
fn members_are_named_to_the_centre_alone() {
    let secret = [MEMBER, "海辺太郎", "192.168.77", "2026-11-21T10:01", &sensor().to_string(), &facility().to_string()];
    for reader in [Reader::Public, Reader::Community, Reader::Member] {
        let objects =
            [case_for(reader), stix::touches(&centre(), &touches(), Tlp::Clear, reader).expect("made")].concat();
        let text = serde_json::to_string(&objects).expect("JSON");
        for word in secret {
            assert!(!text.contains(word), "{reader:?} sees {word}: {text}");
        }
        assert!(text.contains("198.51.100.7"), "what others can look for is in it");
    }
    let own = serde_json::to_string(
        &[case_for(Reader::Centre), stix::touches(&centre(), &touches(), Tlp::Clear, Reader::Centre).expect("made")]
            .concat(),
    )
    .expect("JSON");
    for word in [MEMBER, "海辺太郎", "192.168.77"] {
        assert!(own.contains(word), "the centre sees {word}");
    }
}

#[test]
fn an_anonymous_report_tells_the_third_of_a_month_and_nothing_nearer() {
    let objects = anonymous();
    let text = serde_json::to_string(&objects).expect("JSON");
    for word in [MEMBER, "海辺", "11-18", "14時", "09:30", "192.168.77"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let report = find(&objects, "report");
    assert!(report[0].get("name").and_then(Value::as_str).expect("a name").contains("2026年11月中旬"));
    assert_eq!(report[0].get("created"), Some(&Value::from("2026-11-20T15:00:00.000Z")), "midnight in Japan");
    assert_eq!(report[0].get("lang"), Some(&Value::from("ja")));
    assert!(
        stix::published(
            &centre(),
            "x",
            &preview().send(true).expect("decided"),
            Tlp::Amber,
            at("2026-11-21T00:00:00Z"),
            Reader::Community
        )
        .is_err()
    );
}

#[test]
fn contacts_that_agree_are_counted_together() {
    let objects = stix::touches(&centre(), &touches(), Tlp::Green, Reader::Community).expect("made");
    let mut counts: Vec<u64> =
        find(&objects, "observed-data").iter().filter_map(|one| one.get("number_observed")?.as_u64()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 3], "three tries of one source, one scan; the inside source is left out");
    let sightings: Vec<u64> = find(&objects, "sighting").iter().filter_map(|one| one.get("count")?.as_u64()).collect();
    assert_eq!(sightings.iter().sum::<u64>(), 4);
    let own = stix::touches(&centre(), &touches(), Tlp::Green, Reader::Centre).expect("made");
    assert_eq!((find(&own, "observed-data").len(), find(&own, "user-account").len()), (4, 2));
}
