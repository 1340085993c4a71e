//! What a drill does, told as a specification.

use super::event::{DrillEvent, drafts};
use super::scenario::InjectKind;
use super::state::Standing;
use super::testing::{Running, author, facility, seated, second};
use super::*;
use crate::time::Ts;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn fired(inject: &str) -> DrillEvent {
    DrillEvent::InjectFired { inject: inject.to_owned(), by_hand: false, facility: None }
}

#[test]
fn nothing_is_due_before_the_start_while_held_and_after_the_end() {
    let mut drill = Running::new();
    assert_eq!(due(&drill.scenario, &drill.state, second(600)), []);
    drill.start();
    drill.conduct(30, DrillEvent::Held);
    assert_eq!(due(&drill.scenario, &drill.state, second(600)), []);
    assert_eq!(next_due(&drill.scenario, &drill.state, second(600)), None);
    drill.conduct(600, DrillEvent::Resumed { speed: None });
    drill.conduct(601, DrillEvent::Ended);
    assert_eq!(due(&drill.scenario, &drill.state, second(9999)), []);
}

#[test]
fn an_inject_comes_at_its_minute_and_the_server_knows_when_to_wake() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(0);
    assert_eq!(drill.state.phases.keys().collect::<Vec<_>>(), ["notice"]);
    assert_eq!(due(&drill.scenario, &drill.state, second(59)), []);
    assert_eq!(next_due(&drill.scenario, &drill.state, second(10)), Some(second(60)));
    assert_eq!(due(&drill.scenario, &drill.state, second(60)), [fired("note")]);
    drill.tick(60);
    assert_eq!(due(&drill.scenario, &drill.state, second(61)), []);
    assert_eq!(next_due(&drill.scenario, &drill.state, second(61)), Some(second(150)));
}

#[test]
fn a_decision_brings_its_branch_and_only_the_first_choice_counts() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(150);
    let choose = |option: &str| DrillEvent::Chosen { inject: "who-to-see".into(), option: option.into() };
    drill.write(170, &author("doctor"), choose("everyone"));
    drill.write(171, &author("doctor"), choose("urgent"));
    drill.tick(172);
    drill.tick(173);
    assert_eq!(drill.told(), ["note", "who-to-see", "too-many"]);
    let screen = drill.state.screen(&drill.scenario, "doctor", None, second(180));
    let decision = screen.injects.iter().find(|shown| shown.id == "who-to-see").and_then(|s| s.decision.as_ref());
    assert_eq!(decision.and_then(|decision| decision.chosen.as_deref()), Some("everyone"));
}

#[test]
fn what_was_not_done_by_its_minute_brings_the_consequence_and_what_was_done_does_not() {
    let mut lazy = Running::new();
    lazy.start();
    lazy.tick(60);
    lazy.tick(360);
    assert!(lazy.told().contains(&"spread".to_owned()));
    let mut quick = Running::new();
    quick.start();
    quick.tick(60);
    quick.report(100, &author("reception"), "note", "unplug");
    quick.tick(360);
    quick.tick(700);
    assert!(!quick.told().contains(&"spread".to_owned()));
}

#[test]
fn an_inject_whose_unless_holds_is_dropped_and_the_journal_says_so() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(60);
    drill.report(90, &author("doctor"), "note", "call-vendor");
    drill.tick(480);
    assert!(!drill.told().contains(&"vendor-calls".to_owned()));
    let vendor = drill.scenario.inject("vendor-calls").expect("there");
    assert_eq!(drill.state.of_facility(None).standing(vendor), Standing::Dropped);
    // The conductor may still bring it.
    for event in fire_by_hand(&drill.state, "vendor-calls", None) {
        drill.conduct(500, event);
    }
    assert_eq!(drill.told().last().map(String::as_str), Some("vendor-calls"));
}

#[test]
fn a_report_taken_back_counts_as_not_done() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(60);
    let reception = seated("reception", 5, None);
    drill.report(90, &reception, "note", "unplug");
    drill.write(95, &reception, DrillEvent::ActionUndone { inject: "note".into(), action: "unplug".into() });
    drill.tick(360);
    assert!(drill.told().contains(&"spread".to_owned()));
}

#[test]
fn fired_early_by_hand_it_does_not_come_again_at_its_minute() {
    let mut drill = Running::new();
    drill.start();
    for event in fire_by_hand(&drill.state, "note", None) {
        drill.conduct(10, event);
    }
    assert_eq!(fire_by_hand(&drill.state, "note", None), []);
    drill.tick(60);
    drill.tick(61);
    assert_eq!(drill.told(), ["note"]);
}

#[test]
fn skipped_it_does_not_come_by_itself() {
    let mut drill = Running::new();
    drill.start();
    drill.conduct(10, DrillEvent::InjectSkipped { inject: "note".into(), facility: None });
    drill.tick(70);
    assert_eq!(drill.told(), Vec::<String>::new());
}

#[test]
fn what_is_jumped_over_comes_only_by_hand_and_jumping_back_arms_it_again() {
    let mut drill = Running::new();
    drill.start();
    drill.conduct(30, DrillEvent::Jumped { minute: Minute::whole(2) });
    drill.tick(30);
    assert_eq!(drill.told(), Vec::<String>::new());
    let note = drill.scenario.inject("note").expect("there").clone();
    assert_eq!(drill.state.of_facility(None).standing(&note), Standing::Passed);
    drill.conduct(31, DrillEvent::Jumped { minute: Minute::from_seconds(55) });
    drill.tick(31);
    assert_eq!(drill.told(), Vec::<String>::new());
    drill.tick(36);
    assert_eq!(drill.told(), ["note"]);
}

#[test]
fn a_condition_with_another_way_to_hold_outlives_a_jump() {
    let mut drill = Running::new();
    let condition = r#"{"any": [{"not_done": "reception/unplug", "by": 6}, {"done": "doctor/call-vendor"}]}"#;
    drill.scenario.injects[3].when = Some(serde_json::from_str(condition).expect("a condition"));
    drill.start();
    drill.tick(60);
    drill.conduct(70, DrillEvent::Jumped { minute: Minute::whole(7) });
    drill.tick(71);
    assert_eq!(drill.told(), ["note"], "minute 6 was jumped over");
    drill.report(80, &author("doctor"), "note", "call-vendor");
    drill.tick(81);
    assert_eq!(drill.told(), ["note", "spread"]);
}

#[test]
fn each_role_sees_its_own_and_phones_need_no_clock() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(150);
    let made_up = DrillEvent::Improvised {
        id: "made-up-1".into(),
        to: vec!["reception".into()],
        category: InjectKind::Outside,
        text: "新聞社から電話です。".into(),
        facility: None,
    };
    drill.conduct(160, made_up);
    let checked = DrillEvent::Checked { role: "reception".into(), check: "re-list".into(), value: true };
    drill.write(170, &author("reception"), checked);
    let ids = |role: &str| {
        let screen = drill.state.screen(&drill.scenario, role, None, second(200));
        screen.injects.into_iter().map(|shown| shown.id).collect::<Vec<_>>()
    };
    assert_eq!(ids("doctor"), ["who-to-see", "note"]);
    assert_eq!(ids("reception"), ["made-up-1", "note"]);
    let screen = drill.state.screen(&drill.scenario, "reception", None, second(200));
    assert_eq!((screen.minute, screen.phase.as_deref()), (Minute::from_seconds(200), Some("notice")));
    assert!(screen.checks[0].done && screen.hot_wash.is_empty());
    drill.conduct(720, DrillEvent::Ended);
    assert_eq!(drill.state.screen(&drill.scenario, "reception", None, second(800)).hot_wash.len(), 2);
}

#[test]
fn response_times_are_drill_seconds_without_holds() {
    let mut drill = Running::new();
    drill.conduct(0, DrillEvent::Started { speed: 20, facilities: Vec::new() });
    drill.tick(3);
    let reception = seated("reception", 5, None);
    drill.write(4, &reception, DrillEvent::Seen { inject: "note".into() });
    drill.conduct(5, DrillEvent::Held);
    drill.conduct(1000, DrillEvent::Resumed { speed: None });
    drill.report(1006, &reception, "note", "unplug");
    let report = DrillReport::build(&drill.scenario, &drill.entries, None);
    let unplug = report.actions.iter().find(|action| action.action == "unplug").expect("there");
    assert_eq!(unplug.seen_after, Some(20));
    assert_eq!(unplug.outcome, report::Outcome::Late { seconds: 160, by: 40 });
}

#[test]
fn two_facilities_in_one_drill_keep_apart_what_they_did() {
    let mut drill = Running::new();
    let (north, south) = (facility(1), facility(2));
    drill.conduct(0, DrillEvent::Started { speed: 1, facilities: vec![north, south] });
    drill.tick(60);
    drill.report(90, &seated("reception", 1, Some(north)), "note", "unplug");
    drill.tick(150);
    let choose = |option: &str| DrillEvent::Chosen { inject: "who-to-see".into(), option: option.into() };
    drill.write(160, &seated("doctor", 2, Some(north)), choose("urgent"));
    drill.write(161, &seated("doctor", 3, Some(south)), choose("everyone"));
    drill.tick(170);
    drill.tick(360);
    drill.tick(361);
    let (in_north, in_south) = (drill.state.of_facility(Some(north)), drill.state.of_facility(Some(south)));
    assert!(in_north.fired("note").is_some() && in_south.fired("note").is_some());
    assert!(in_north.fired("spread").is_none() && in_south.fired("spread").is_some());
    assert!(in_north.fired("too-many").is_none() && in_south.fired("too-many").is_some());
    let told = drill.told();
    assert_eq!(told.iter().filter(|id| *id == "note").count(), 2);
    let of = |side| DrillReport::build(&drill.scenario, &drill.entries, Some(side));
    let unplugged = |report: &DrillReport| report.actions.iter().any(|a| a.action == "unplug" && a.by.is_some());
    assert!(unplugged(&of(north)) && !unplugged(&of(south)));
    assert!(of(north).timeline.len() < of(south).timeline.len() + 2);
}

#[test]
fn gaps_follow_the_rules_and_lead_to_plan_and_controls() {
    let mut drill = Running::new();
    for (n, role) in ["doctor", "reception"].into_iter().enumerate() {
        drill.write(0, &seated(role, n as u128, None), DrillEvent::Joined { role: role.to_owned() });
    }
    drill.start();
    drill.tick(60);
    drill.report(60 + 121, &author("reception"), "note", "unplug");
    for (observer, score) in [(8, 2), (9, 4)] {
        drill.score(300, observer, "as-crisis", score);
        drill.score(310, observer, "paper", 3);
    }
    drill.score(320, 9, "paper", 4);
    drill.conduct(720, DrillEvent::Ended);
    let report = DrillReport::build(&drill.scenario, &drill.entries, None);
    let ids: Vec<&str> = report.gaps.iter().map(|gap| gap.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "action:note/call-vendor",
            "action:note/unplug",
            "item:first/as-crisis",
            "check:doctor/dr-patients",
            "check:reception/re-list"
        ]
    );
    assert_eq!(report.gaps[1].text.en, "Reception was 1 s late: Unplug the terminal");
    assert_eq!(
        (report.gaps[1].controls.len(), report.gaps[1].plan_sections.as_slice()),
        (1, &["cut-off".to_owned()][..])
    );
    // 2 + 4 + 3 + 4: the second score of the same observer for the same item replaced the first.
    let mean = report.sections[0].mean.expect("scored");
    assert_eq!((mean.sum, mean.count, mean.two_decimals().as_str()), (13, 4, "3.25"));
    assert_eq!(report.gaps, DrillReport::build(&drill.scenario, &drill.entries, None).gaps);
    // Of each objective one, the gravest; then the rest in the same order.
    let first: Vec<Option<&str>> = report.foremost(9).iter().map(|gap| gap.objective.as_deref()).collect();
    let different = first.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(first.len(), report.gaps.len());
    assert_eq!(first[..different].iter().collect::<BTreeSet<_>>().len(), different, "{first:?}");
    assert_eq!(report.foremost(1)[0].found, report::Found::NotDone);
}

#[test]
fn a_section_below_three_is_a_gap_of_its_own_only_when_no_item_of_it_is() {
    let mut drill = Running::new();
    drill.start();
    drill.score(10, 1, "as-crisis", 3);
    drill.score(11, 1, "paper", 3);
    let below = DrillReport::build(&drill.scenario, &drill.entries, None);
    assert!(below.gaps.iter().all(|gap| gap.found != report::Found::LowSection), "3.00 is not below 3");
    drill.score(12, 1, "paper", 2);
    let item = DrillReport::build(&drill.scenario, &drill.entries, None);
    let found: Vec<_> = item.gaps.iter().map(|gap| gap.found).collect();
    assert_eq!(found.iter().filter(|found| **found == report::Found::LowItem).count(), 1);
    assert!(!found.contains(&report::Found::LowSection));
}

#[test]
fn an_action_is_not_held_against_anybody_when_the_drill_ended_within_its_time() {
    let mut drill = Running::new();
    drill.start();
    drill.tick(60);
    drill.conduct(100, DrillEvent::Ended);
    let report = DrillReport::build(&drill.scenario, &drill.entries, None);
    let outcome = |action: &str| report.actions.iter().find(|found| found.action == action).map(|found| found.outcome);
    assert_eq!(outcome("unplug"), Some(report::Outcome::CutShort));
    assert_eq!(outcome("slow-down"), Some(report::Outcome::NotAsked));
    assert!(report.gaps.is_empty());
}

/// One step of somebody in a drill.
#[derive(Debug, Clone)]
enum Move {
    Tick,
    Event(DrillEvent),
}

fn moves() -> impl Strategy<Value = Vec<(i64, usize, Move)>> {
    let inject = prop::sample::select(vec!["note", "who-to-see", "too-many", "spread", "vendor-calls", "no-such"]);
    let event = prop_oneof![
        Just(DrillEvent::Held),
        Just(DrillEvent::Resumed { speed: None }),
        (1_u32..200).prop_map(|speed| DrillEvent::Resumed { speed: Some(speed) }),
        (0_i64..13).prop_map(|minute| DrillEvent::Jumped { minute: Minute::whole(minute) }),
        inject.clone().prop_map(|inject| DrillEvent::Seen { inject: inject.to_owned() }),
        inject.clone().prop_map(|inject| DrillEvent::InjectSkipped { inject: inject.to_owned(), facility: None }),
        inject.prop_map(|inject| DrillEvent::InjectFired { inject: inject.to_owned(), by_hand: true, facility: None }),
        prop::sample::select(vec!["urgent", "everyone"])
            .prop_map(|option| DrillEvent::Chosen { inject: "who-to-see".into(), option: option.into() }),
        prop::sample::select(vec!["unplug", "call-vendor"])
            .prop_map(|action| DrillEvent::ActionReported { inject: "note".into(), action: action.into() }),
        Just(DrillEvent::ActionUndone { inject: "note".into(), action: "unplug".into() }),
        (0_u8..8).prop_map(|score| DrillEvent::Scored {
            section: "first".into(),
            item: "paper".into(),
            score,
            comment: String::new()
        }),
        Just(DrillEvent::Ended),
    ];
    // Clocks may go back: what is written by then is still folded to the same.
    prop::collection::vec(
        (-5_i64..90, 0_usize..3, prop_oneof![3 => Just(Move::Tick), 2 => event.prop_map(Move::Event)]),
        0..60,
    )
}

proptest! {
    /// A server that folds as it goes, one that reads everything anew, and one that was restarted in the middle see the same.
    #[test]
    fn folding_at_once_or_one_by_one_gives_the_same(moves in moves(), cut in 0_usize..60) {
        let drill = play(&moves);
        prop_assert_eq!(&drill.state, &DrillState::fold(&drill.entries));
        let (before, after) = drill.entries.split_at(cut.min(drill.entries.len()));
        let mut restarted = DrillState::fold(before);
        for entry in after { restarted.apply(entry); }
        prop_assert_eq!(&drill.state, &restarted);
        let text = serde_json::to_string(&drill.entries).expect("writes");
        let read: Vec<crate::room::Entry> = serde_json::from_str(&text).expect("reads");
        prop_assert_eq!(&drill.state, &DrillState::fold(&read));
    }

    /// Whatever happens, no inject is told twice, and what is due is due once.
    #[test]
    fn no_inject_is_told_twice(moves in moves()) {
        let drill = play(&moves);
        let mut told = drill.told();
        let all = told.len();
        told.sort();
        told.dedup();
        prop_assert_eq!(all, told.len());
        let now = second(100_000);
        let mut after = drill.state.clone();
        for event in due(&drill.scenario, &drill.state, now) { after.take(now, &author("conductor"), event); }
        prop_assert_eq!(due(&drill.scenario, &after, now), []);
    }

    /// The server wakes no later than something is due: at every moment before it, nothing was.
    #[test]
    fn the_server_never_oversleeps(moves in moves(), at in 0_i64..2000) {
        let drill = play(&moves);
        let now = second(3000);
        if let Some(wake) = next_due(&drill.scenario, &drill.state, now) {
            let between = Ts::from_micros(now.micros() + (wake.micros() - now.micros() - 1).max(0) * at / 2000);
            if wake > now { prop_assert_eq!(due(&drill.scenario, &drill.state, between), []); }
        }
    }

    /// A server killed between any two appends, and started again, tells the rest and nothing twice.
    #[test]
    fn killed_between_any_two_appends_nothing_is_lost_or_told_twice(kept in 0_usize..6, at in 0_i64..700) {
        let mut drill = Running::new();
        drill.start();
        let events = due(&drill.scenario, &drill.state, second(at));
        for event in events.iter().take(kept) { drill.conduct(at, event.clone()); }
        drill.state = DrillState::fold(&drill.entries);
        drill.tick(at);
        // The other thread that had asked before writes its drafts too; the keys stop them.
        for event in events.clone() { drill.conduct(at, event); }
        let mut whole = Running::new();
        whole.start();
        whole.tick(at);
        prop_assert_eq!(drill.told(), whole.told());
    }
}

fn play(moves: &[(i64, usize, Move)]) -> Running {
    let mut drill = Running::new();
    drill.start();
    let people = [seated("doctor", 1, None), seated("reception", 2, None), author("conductor")];
    let mut now = 0;
    for (after, who, step) in moves {
        now += after;
        match step {
            Move::Tick => drill.tick(now),
            Move::Event(event) => drill.write(now, &people[*who], event.clone()),
        }
    }
    drill
}

#[test]
fn the_order_of_members_and_unknown_kinds_do_no_harm() {
    let mut drill = Running::new();
    drill.start();
    let mut entry = drill.entries[0].clone();
    entry.body = serde_json::json!({ "kind": "of-a-later-version", "x": 1 });
    let before = drill.state.clone();
    drill.state.apply(&entry);
    assert_eq!(drill.state.stage(), before.stage());
    assert_eq!(
        drafts(&[fired("note")], &author("conductor"), second(1), false)[0].once.as_deref(),
        Some("inject:note")
    );
}
