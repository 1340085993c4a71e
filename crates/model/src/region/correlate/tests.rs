//! What the rules find, and that the order of arrival does not matter.

use super::event::LATEST_DAYS;
use super::testing::*;
use super::*;
use crate::text::Lang;
use crate::touch::Kind;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn run(arrivals: &[(Arrival, Facts)]) -> Memory {
    let (mut memory, rules) = (Memory::default(), rules());
    for (arrival, facts) in arrivals {
        memory.observe(&rules, arrival, facts);
    }
    memory
}

fn plain(arrivals: Vec<Arrival>) -> Memory {
    run(&arrivals.into_iter().map(|one| (one, nothing())).collect::<Vec<_>>())
}

fn found(memory: &Memory) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> =
        memory.cases().iter().map(|case| case.rules().into_iter().map(str::to_owned).collect()).collect();
    all.sort();
    all
}

fn names() -> Names {
    Names {
        facilities: (1..9).map(|n| (house(n), format!("施設その{n}"))).collect(),
        sensors: (1..99).map(|n| (sensor(n), format!("センサー{n}"))).collect(),
    }
}

#[test]
fn the_rules_of_these_tests_fit_together() {
    assert_eq!(rules().faults(), Vec::<String>::new());
}

#[test]
fn one_intruder_at_two_facilities_is_one_case_with_several_reasons() {
    let memory =
        plain(vec![touch(1, 1).at(minute(0)).arrives(1), touch(2, 1).tries("admin", "s1").at(minute(30)).arrives(2)]);
    let cases = memory.cases();
    assert_eq!(cases.len(), 1, "{cases:?}");
    let case = &cases[0];
    assert_eq!(case.rules(), ["source", "first", "touched"]);
    assert_eq!(case.severity, Severity::High, "somebody tried to sign in");
    assert_eq!(case.facilities(), BTreeSet::from([house(1), house(2)]));
    assert_eq!(case.reasons(&rules(), &names())[0].ja, "203.0.113.5 施設その1、施設その2");
    assert_eq!(case.steps(&rules(), house(1), &names()).len(), 3);
}

#[test]
fn outside_the_window_the_same_source_is_two_cases() {
    let memory = plain(vec![touch(1, 1).at(minute(0)).arrives(1), touch(2, 1).at(minute(1441)).arrives(2)]);
    assert_eq!(found(&memory), [["first", "touched"], ["first", "touched"]]);
}

#[test]
fn a_private_address_ties_nothing_together_unless_the_network_is_shared() {
    let two = || [touch(1, 1).from("192.168.1.5").arrives(1), touch(2, 1).from("192.168.1.5").arrives(2)];
    assert_eq!(plain(two().to_vec()).cases().len(), 2);
    let shared = Facts { shared_network: true, ..nothing() };
    assert_eq!(run(&two().map(|one| (one, shared.clone()))).cases().len(), 1);
}

#[test]
fn the_same_password_at_two_facilities_ties_two_sources_but_a_common_one_does_not() {
    let two = || {
        [
            touch(1, 1).from("203.0.113.1").tries("mainte", "s9").arrives(1),
            touch(2, 1).from("198.51.100.1").tries("MAINTE", "s9").at(minute(3000)).arrives(2),
        ]
    };
    let memory = plain(two().to_vec());
    assert_eq!(found(&memory), [["credential", "first", "touched"]]);
    let common = Facts { common_secret: true, ..nothing() };
    assert_eq!(run(&two().map(|one| (one, common.clone()))).cases().len(), 2);
}

#[test]
fn the_same_steps_in_the_same_order_tie_two_sources_and_another_order_does_not() {
    let visit = |facility: u128, from: &str, steps: [(&str, Kind); 3]| {
        let of = |(n, (protocol, kind)): (usize, (&str, Kind))| {
            let n = i64::try_from(n).expect("few");
            touch(facility, n as u64 + 1).from(from).over(protocol).kind(kind).at(minute(n)).arrives(facility)
        };
        steps.into_iter().enumerate().map(of).collect::<Vec<_>>()
    };
    let steps = [("http", Kind::Probe), ("smb", Kind::Handshake), ("ssh", Kind::SignIn)];
    let other = [steps[1], steps[0], steps[2]];
    let all = |second| [visit(1, "203.0.113.1", steps), visit(2, "198.51.100.9", second)].concat();
    assert_eq!(plain(all(steps)).cases().len(), 1);
    assert!(found(&plain(all(steps)))[0].contains(&"steps".to_owned()));
    assert_eq!(plain(all(other)).cases().len(), 2);
}

#[test]
fn the_same_tool_is_worth_knowing_but_ties_no_cases() {
    let with =
        |sensor_no, from: &str| touch(sensor_no, 1).from(from).with("client", "SSH-2.0-Go").kind(Kind::Handshake);
    let memory = plain(vec![with(1, "203.0.113.1").arrives(1), with(2, "198.51.100.1").arrives(2)]);
    assert_eq!(found(&memory), [vec!["client"], vec!["first", "touched"], vec!["first", "touched"]]);
}

#[test]
fn a_facility_is_touched_for_the_first_time_once() {
    let memory = plain(vec![touch(1, 1).at(day(0)).arrives(1), touch(1, 2).at(day(3)).arrives(1)]);
    assert_eq!(found(&memory), [vec!["first", "touched"], vec!["touched"]]);
    // An older touch that comes late takes its place.
    let late = Arrival { at: day(4), ..touch(2, 1).at(day(-1)).arrives(1) };
    let memory = plain(vec![touch(1, 1).at(day(0)).arrives(1), late]);
    let first = memory.cases().into_iter().find(|case| case.rules().contains(&"first")).expect("there");
    assert_eq!(first.first.at, day(-1));
}

#[test]
fn a_leaked_password_tells_the_facility_it_was_taken_from() {
    let leak = Leak { what: "保守用のパスワード".into(), owner: Some(house(3)) };
    let facts = Facts { leak: Some(leak), ..nothing() };
    let memory = run(&[(touch(1, 1).tries("mainte", "s7").arrives(1), facts)]);
    let case = &memory.cases()[0];
    assert_eq!(case.rules()[0], "leak");
    let owner = case.member_view(&rules(), house(3), &Names::default()).expect("concerned");
    assert_eq!(owner.reasons[0].ja, "貴施設の保守用のパスワード");
    assert_eq!(owner.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(), ["c", "c", "c"]);
    assert_eq!((owner.own, owner.others), (None, Others::One));
    let touched = case.member_view(&rules(), house(1), &Names::default()).expect("concerned");
    assert!(!format!("{touched:?}").contains("保守用"), "what was taken from another house is not told");
    assert_eq!(case.member_view(&rules(), house(2), &Names::default()), None);
}

#[test]
fn three_addresses_within_an_hour_are_a_sweep() {
    let at = |n: u64, ip: &str, minutes| touch(1, n).with("dest_ip", ip).at(minute(minutes)).arrives(1);
    let quick = plain(vec![at(1, "10.0.1.1", 0), at(2, "10.0.2.1", 20), at(3, "10.0.3.1", 40)]);
    assert_eq!(found(&quick), [["first", "sweep", "touched"]]);
    let slow = plain(vec![at(1, "10.0.1.1", 0), at(2, "10.0.2.1", 50), at(3, "10.0.3.1", 105)]);
    assert_eq!(found(&slow), [["first", "touched"]]);
    let sensors = plain((1..4).map(|n| touch(n, 1).arrives(1)).collect());
    assert!(found(&sensors)[0].contains(&"sweep".to_owned()), "sensors count where no address is told");
}

#[test]
fn a_device_of_the_ledger_is_named_with_owner_weaknesses_line_and_who_can_cut_it() {
    let facts = Facts { device: Some(device(1, "CT操作端末")), ..nothing() };
    let memory = run(&[(touch(1, 1).from("10.0.5.7").arrives(1), facts)]);
    let case = &memory.cases()[0];
    assert_eq!(case.reasons(&rules(), &names())[0].ja, "CT操作端末 放射線部 CVE-2020-0001 CT保守回線 情報係 佐藤");
    let steps = case.steps(&rules(), house(1), &names());
    assert_eq!(steps[0].text.ja, "情報係 佐藤（内線 1234）に電話");
    // Where nobody is known who can cut, another step is given.
    let unknown = Device { behind: None, ..device(1, "CT操作端末") };
    let memory = run(&[(touch(1, 1).arrives(1), Facts { device: Some(unknown), ..nothing() })]);
    let step = &memory.cases()[0].steps(&rules(), house(1), &names())[0];
    assert_eq!((step.id.as_str(), step.basis.as_str()), ("b", "通知"));
}

#[test]
fn a_member_never_learns_whose_device_it_was() {
    let facts = Facts { shared_network: true, device: Some(device(2, "検査部の端末")), ..nothing() };
    let memory = run(&[(touch(1, 1).from("10.9.2.7").arrives(1), facts)]);
    let case = &memory.cases()[0];
    let touched = case.member_view(&rules(), house(1), &Names::default()).expect("touched");
    let all = serde_json::to_string(&touched).expect("writes");
    for secret in ["検査部", "10.9.2.7", "放射線部", "佐藤", &house(2).to_string()] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert_eq!(touched.others, Others::One);
    let owner = case.member_view(&rules(), house(2), &Names::default()).expect("the owner");
    assert_eq!(owner.reasons[0].ja, "貴施設の検査部の端末");
    assert_eq!(owner.steps[0].text.ja, "情報係 佐藤（内線 1234）に電話");
}

#[test]
fn announced_noise_opens_nothing_but_a_token_is_never_noise() {
    let quiet = [touch(1, 1).with("noise", "月次スキャン").arrives(1)];
    assert_eq!(plain(quiet.to_vec()).cases(), []);
    let declared = Facts { noise: Some("監視".into()), ..nothing() };
    assert_eq!(run(&[(touch(1, 1).arrives(1), declared.clone())]).cases(), []);
    let token = touch(1, 1).kind(Kind::Token).with("token", "給与一覧.xlsx").arrives(1);
    assert_eq!(found(&run(&[(token, declared)])), [["token"]]);
}

#[test]
fn a_sensor_that_is_silent_or_rewritten_is_a_case_of_its_own() {
    let signal = |kind, at| Arrival {
        facility: house(1),
        at: minute(at),
        clock_ahead: 0,
        what: What::Signal(Signal { sensor: sensor(1), kind, detail: "7".into() }),
    };
    let memory = plain(vec![
        signal(SignalKind::Silent, 0),
        signal(SignalKind::Silent, 10),
        signal(SignalKind::Signature, 20),
        touch(1, 1).at(minute(1)).arrives(1),
    ]);
    assert_eq!(found(&memory), [vec!["chain"], vec!["first", "touched"], vec!["silent"]]);
}

#[test]
fn a_wrong_clock_is_put_right_or_not_believed() {
    assert_eq!(happened(minute(0), minute(5), 0), minute(0));
    assert_eq!(happened(minute(60), minute(5), 3600), minute(0), "an hour ahead, as its report showed");
    assert_eq!(happened(minute(60), minute(5), 0), minute(5), "nothing arrives before it happens");
    assert_eq!(happened(day(-LATEST_DAYS - 1), minute(5), 0), minute(5), "a clock without a battery");
    assert_eq!(
        happened(day(-LATEST_DAYS + 1), minute(0), 0),
        day(-LATEST_DAYS + 1),
        "waited while the centre was away"
    );
    let lost = Arrival { at: minute(10), ..touch(2, 1).at(day(-9000)).arrives(2) };
    assert_eq!(plain(vec![touch(1, 1).arrives(1), lost]).cases().len(), 1, "still the same intruder");
}

#[test]
fn a_late_touch_joins_two_cases_and_says_which() {
    let (mut memory, rules) = (Memory::default(), rules());
    let mut see = |arrival: Arrival| memory.observe(&rules, &arrival, &nothing());
    see(touch(1, 1).at(minute(0)).arrives(1));
    let second = see(touch(1, 3).at(minute(90)).arrives(1));
    let [Change::Opened { case: old, .. }] = second.as_slice() else { panic!("{second:?}") };
    let between = see(Arrival { at: minute(95), ..touch(1, 2).at(minute(45)).arrives(1) });
    let [Change::Joined { case, replaces }] = between.as_slice() else { panic!("{between:?}") };
    assert_eq!(replaces, &BTreeSet::from([old.id]));
    assert_eq!(case.parts()[&house(1)].count, 3);
}

#[test]
fn what_comes_again_changes_nothing() {
    let (mut memory, rules) = (Memory::default(), rules());
    let one = touch(1, 1).arrives(1);
    assert_eq!(memory.observe(&rules, &one, &nothing()).len(), 1);
    assert_eq!(memory.observe(&rules, &one, &nothing()), []);
    let later = Arrival { at: minute(50), ..one };
    assert_eq!(memory.observe(&rules, &later, &nothing()), []);
}

#[test]
fn a_hundred_thousand_tries_take_the_room_of_a_few() {
    let (mut memory, rules) = (Memory::default(), rules());
    let tries: u64 = if cfg!(debug_assertions) { 2_000 } else { 100_000 };
    for n in 1..=tries {
        let at = minute(0).plus_seconds(i64::try_from(n % 3600).expect("small"));
        memory.observe(&rules, &touch(1, n).kind(Kind::SignIn).at(at).arrives(1), &nothing());
    }
    let (groups, spots) = memory.size();
    assert!(groups <= 6 && spots <= 6 * 7, "{groups} groups, {spots} spans");
    assert_eq!(memory.cases()[0].parts()[&house(1)].count, tries);
}

#[test]
fn a_flood_of_made_up_sources_is_forgotten_but_no_first_touch() {
    let (mut memory, rules) = (Memory::default(), rules());
    for n in 1..=60u64 {
        let from = format!("203.0.113.{n}");
        let at = minute(i64::try_from(n).expect("small") * 70);
        memory.observe(&rules, &touch(1, n).from(&from).at(at).arrives(1), &nothing());
    }
    memory.keep_within(&rules, 20);
    assert!(memory.size().0 <= 20, "{:?}", memory.size());
    assert!(memory.cases().len() <= 20);
    let again = memory.observe(&rules, &touch(1, 61).at(day(9)).arrives(1), &nothing());
    let [Change::Opened { case, .. }] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!(case.rules(), ["touched"], "the facility's first touch is still known");
}

#[test]
fn what_is_too_old_to_be_joined_is_forgotten_but_a_first_touch_is_not() {
    let (mut memory, rules) = (Memory::default(), rules());
    memory.observe(&rules, &touch(1, 1).arrives(1), &nothing());
    memory.forget(&rules, day(KEEP_DAYS));
    assert_eq!(memory.cases().len(), 1);
    memory.forget(&rules, day(KEEP_DAYS + 8));
    assert_eq!((memory.cases(), memory.size().1), (Vec::new(), 0));
    let again = memory.observe(&rules, &touch(1, 2).at(day(40)).arrives(1), &nothing());
    let [Change::Opened { case, .. }] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!(case.rules(), ["touched"]);
}

#[test]
fn what_a_visitor_wrote_is_never_read_as_a_placeholder() {
    let token = touch(1, 1).kind(Kind::Token).with("token", "{facilities} {cutter}").arrives(1);
    let mut rules = rules();
    rules.rules[0].reason_member = crate::text::Text::new("「{token}」", "-");
    let view = plain(vec![token]).cases()[0].member_view(&rules, house(1), &names()).expect("touched");
    assert_eq!(view.reasons[0].get(Lang::Ja), "「{facilities} {cutter}」");
}

/// What is drawn for one arrival, see [`world`].
type Drawn = (u128, u128, usize, usize, Option<(usize, usize)>, usize, i64, i64);

/// A touch of a small world in which everything happens.
fn any_arrival() -> impl Strategy<Value = Drawn> {
    (
        1u128..4,
        0u128..2,
        0usize..4,
        0usize..5,
        prop::option::of((0usize..2, 0usize..3)),
        0usize..3,
        0i64..4000,
        0i64..60,
    )
}

fn world(all: &[Drawn]) -> Vec<(Arrival, Facts)> {
    let mut numbers: BTreeMap<u128, u64> = BTreeMap::new();
    all.iter()
        .map(|(facility, which, source, kind, sign_in, extra, at, delay)| {
            let sensor_no = facility * 10 + which;
            let number = numbers.entry(sensor_no).or_default();
            *number += 1;
            let sources = ["203.0.113.1", "198.51.100.2", "192.168.1.9", "2001:db8::7"];
            let kinds = [Kind::PortScan, Kind::Connect, Kind::Handshake, Kind::Request, Kind::Token];
            let mut made = touch(sensor_no, *number)
                .from(sources[*source])
                .kind(kinds[*kind])
                .over(["ssh", "smb", "http"][*extra])
                .with("dest_ip", &format!("10.0.{which}.{extra}"))
                .at(minute(*at));
            if *extra == 1 {
                made = made.with("client", "tool");
            }
            if let Some((user, secret)) = sign_in {
                made = made.tries(["admin", "mainte"][*user], ["s1", "s2", "s3"][*secret]);
            }
            let facts = Facts {
                device: (*source == 2).then(|| device(*facility, "端末")),
                leak: sign_in
                    .filter(|(_, secret)| *secret == 2)
                    .map(|_| Leak { what: "漏れた".into(), owner: Some(house(3)) }),
                common_secret: sign_in.is_some_and(|(_, secret)| secret == 0),
                ..nothing()
            };
            (Arrival { at: minute(at + delay), ..made.arrives(*facility) }, facts)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_same_touches_in_any_order_lead_to_the_same_cases(
        (first, second) in prop::collection::vec(any_arrival(), 0..30).prop_flat_map(|all| {
            let all = world(&all);
            (Just(all.clone()), Just(all).prop_shuffle())
        }),
    ) {
        let (one, other) = (run(&first), run(&second));
        prop_assert_eq!(one.cases(), other.cases());
    }

    #[test]
    fn a_store_that_follows_the_changes_holds_the_same_cases_and_memory_can_be_put_away(
        all in prop::collection::vec(any_arrival(), 0..30).prop_map(|all| world(&all)).prop_shuffle(),
        at in 0usize..30,
        at_once in 1usize..9,
    ) {
        let (mut memory, rules) = (Memory::default(), rules());
        let mut store: BTreeMap<CaseId, Case> = BTreeMap::new();
        for (n, some) in all.chunks(at_once).enumerate() {
            if n == at {
                let kept = serde_json::to_vec(&memory).expect("writes");
                let read: Memory = serde_json::from_slice(&kept).expect("reads");
                prop_assert_eq!(&read, &memory);
                memory = read;
            }
            for change in memory.observe_all(&rules, some.iter().map(|(arrival, facts)| (arrival, facts))) {
                match change {
                    Change::Opened { case, replaces } => {
                        prop_assert!(!store.contains_key(&case.id));
                        store.retain(|id, _| !replaces.contains(id));
                        store.insert(case.id, case);
                    }
                    Change::Joined { case, replaces } => {
                        prop_assert!(store.contains_key(&case.id));
                        store.retain(|id, _| !replaces.contains(id));
                        store.insert(case.id, case);
                    }
                    Change::Withdrawn(id) => {
                        store.remove(&id);
                    }
                }
            }
        }
        prop_assert_eq!(store.into_values().collect::<Vec<_>>(), memory.cases());
        prop_assert_eq!(run(&all).cases(), memory.cases(), "one by one it is the same");
    }

    #[test]
    fn every_touch_is_in_a_case_and_no_member_reads_of_another(
        all in prop::collection::vec(any_arrival(), 1..20).prop_map(|all| world(&all)),
    ) {
        let cases = run(&all).cases();
        for (arrival, _) in &all {
            prop_assert!(cases.iter().any(|case| case.parts().contains_key(&arrival.facility)));
        }
        for case in &cases {
            for member in 1u128..4 {
                let Some(view) = case.member_view(&rules(), house(member), &Names::default()) else { continue };
                let text = serde_json::to_string(&view).expect("writes");
                for other in (1u128..4).filter(|other| *other != member) {
                    prop_assert!(!text.contains(&house(other).to_string()), "{}", text);
                    prop_assert!((0..2).all(|n| !text.contains(&sensor(other * 10 + n).to_string())));
                }
                prop_assert_eq!(view.steps.len(), 3);
            }
        }
    }
}
