use super::super::fixture::{TODAY, good, guide, kept};
use super::*;
use crate::connection::{Authentication, Opening, RiskId};
use crate::known::Known;

fn line(number: u128, kind: &str, medium: Medium) -> Kept<Connection> {
    kept(number, Connection { name: format!("線{number}"), kind: kind.into(), medium, ..good() })
}

fn fate_of(kind: &str, medium: Medium) -> Fate {
    merge_plan(&[line(1, kind, medium)], &guide(), TODAY).steps[0].fate
}

#[test]
fn the_lines_of_the_state_stay_alone_whatever_they_run_over() {
    for medium in [Medium::IpVpn, Medium::InternetIpsec, Medium::Tls] {
        assert_eq!(fate_of("ext-onshi", medium), Fate::Stays);
    }
}

#[test]
fn closed_lines_and_telephones_stay_and_what_comes_over_the_internet_moves() {
    for (medium, fate) in [
        (Medium::LeasedLine, Fate::Stays),
        (Medium::IpVpn, Fate::Stays),
        (Medium::Telephone, Fate::Stays),
        (Medium::InternetIpsec, Fate::Moves),
        (Medium::InternetSslVpn, Fate::Moves),
        (Medium::Tls, Fate::Moves),
        (Medium::DirectLan, Fate::Moves),
        (Medium::Other, Fate::Open),
    ] {
        assert_eq!(fate_of("ext-vendor-vpn", medium), fate, "{medium:?}");
    }
}

#[test]
fn a_regional_network_asks_its_operator_first() {
    let plan = merge_plan(&[line(1, "ext-region", Medium::InternetIpsec)], &guide(), TODAY);
    assert_eq!(plan.steps[0].fate, Fate::Open);
    assert!(plan.steps[0].missing.iter().any(|fact| fact.ja.contains("運営者")));
    assert_eq!(fate_of("ext-region", Medium::IpVpn), Fate::Stays, "a closed one stays in any case");
}

#[test]
fn entrances_and_marks_are_counted_before_and_after() {
    let mut weak = line(1, "ext-vendor-vpn", Medium::InternetSslVpn);
    weak.body.authentication = Authentication::SharedPassword;
    weak.body.opening = Opening::Always;
    let mut equipment = line(2, "ext-device-vpn", Medium::InternetIpsec);
    equipment.body.separated = Known::No;
    let plan = merge_plan(&[weak, equipment, line(3, "ext-onshi", Medium::IpVpn)], &guide(), TODAY);
    assert_eq!(plan.before, Entrances { entrances: 3, marks: 3, high: 2 });
    assert_eq!(plan.after, Entrances { entrances: 2, marks: 1, high: 1 }, "a gateway does not part the networks");
    let left = plan.steps.iter().find(|step| step.marks_after > 0).expect("one");
    assert_eq!(left.marks[0].id, RiskId::EquipmentJoined);
}

#[test]
fn what_stays_keeps_its_marks() {
    let mut closed = line(1, "ext-vendor-vpn", Medium::IpVpn);
    closed.body.authentication = Authentication::SharedPassword;
    let plan = merge_plan(&[closed], &guide(), TODAY);
    assert_eq!(plan.before, plan.after);
    assert_eq!(plan.after.entrances, 1, "no gateway without anything to move");
}

#[test]
fn the_riskiest_moves_first() {
    let calm = line(1, "ext-vendor-vpn", Medium::InternetIpsec);
    let mut medium = line(2, "ext-vendor-vpn", Medium::InternetIpsec);
    medium.body.authentication = Authentication::PersonalPassword;
    let mut high = line(3, "ext-vendor-vpn", Medium::InternetIpsec);
    high.body.authentication = Authentication::SharedPassword;
    let stays = line(4, "ext-onshi", Medium::IpVpn);
    let plan = merge_plan(&[stays, calm, medium, high], &guide(), TODAY);
    let names: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["線3", "線2", "線1", "線4"]);
}

#[test]
fn what_is_not_known_is_named() {
    let bare = Connection { name: "線".into(), kind: "ext-supplier".into(), ..Connection::default() };
    let plan = merge_plan(&[kept(1, bare)], &guide(), TODAY);
    let missing: Vec<&str> = plan.steps[0].missing.iter().map(|fact| fact.en.as_str()).collect();
    assert_eq!(
        missing,
        [
            "The medium",
            "Who is at the other end",
            "Which way it is opened",
            "Which systems it reaches",
            "The contract (may the way of joining change?)",
        ]
    );
    assert!(merge_plan(&[kept(1, good())], &guide(), TODAY).steps[0].missing.is_empty());
}

#[test]
fn an_empty_house_has_no_plan_and_no_entrance() {
    let plan = merge_plan(&[], &guide(), TODAY);
    assert_eq!((plan.before, plan.after), (Entrances::default(), Entrances::default()));
}
