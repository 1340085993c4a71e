//! What the linter finds, which ways a scenario can go, and how it is simulated.

use super::testing::clinic;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn the_linter_finds_every_kind_of_mistake() {
    type Spoil = fn(&mut Scenario);
    let spoils: [(&str, Spoil); 25] = [
        ("there is no role nobody", |s| s.injects[0].to.push("nobody".into())),
        ("there is no phase never", |s| s.injects[0].phase = "never".into()),
        ("there is no objective none", |s| s.injects[0].expects[0].objective = Some("none".into())),
        ("there is no inject nowhere", |s| option(s).goto = Some("nowhere".into())),
        ("outside its phase", |s| s.injects[0].at = Some(Minute::whole(7))),
        ("after the end of the drill", |s| s.injects[0].at = Some(Minute::whole(70))),
        ("nothing covers the time", |s| s.phases[1].minutes.0 = Minute::whole(6)),
        ("goes on until", |s| s.phases[1].minutes.0 = Minute::whole(4)),
        ("they end at", |s| s.minutes = Minute::whole(15)),
        ("the id is used twice", |s| s.injects[1].id = "note".into()),
        ("no inject goes to it", |s| s.injects.iter_mut().for_each(|i| i.to = vec!["doctor".into()])),
        ("it has no check sheet", |s| s.roles[1].check_sheet.clear()),
        ("no action, check or evaluation item", |s| s.injects[0].expects[0].objective = None),
        ("the plan has no section cutting (there are: purpose", |s| {
            s.objectives[0].plan_sections.push("cutting".into());
        }),
        ("there is no en text", |s| s.injects[0].text.en = " ".into()),
        ("there is no expected action", |s| s.injects[4].unless = condition(r#"{"done": "doctor/x"}"#)),
        ("there is no option", |s| s.injects[4].unless = condition(r#"{"chosen": "note/x"}"#)),
        ("leads back to it", |s| s.injects[2].decide = circle()),
        ("it can never come", |s| {
            s.injects[3].when = condition(
                r#"{"all": [{"chosen": "who-to-see/urgent"}, {"any": [{"chosen": "who-to-see/everyone"}]}]}"#,
            );
        }),
        ("it can never come", |s| s.injects[3].unless = s.injects[3].when.clone()),
        ("exactly one of at, when and by_hand", |s| s.injects[0].by_hand = true),
        ("is not among those who are told", |s| s.injects[1].to = vec!["reception".into()]),
        ("needs by_hand", |s| {
            s.injects[2].by_hand = false;
            s.injects[2].at = Some(Minute::whole(6));
        }),
        ("must explain 1, 2, 3, 4 and 5", |s| drop(s.evaluation.scale.remove(&3))),
        ("nobody can have done it by", |s| {
            s.injects[3].when = condition(r#"{"not_done": "reception/unplug", "by": 1}"#);
        }),
    ];
    assert_eq!(check(&clinic(), None), []);
    for (said, spoil) in &spoils {
        let mut scenario = clinic();
        spoil(&mut scenario);
        let found = check(&scenario, None);
        assert!(found.iter().any(|finding| finding.problem.en.contains(said)), "{said}: {found:?}");
    }
}

fn option(scenario: &mut Scenario) -> &mut scenario::Choosable {
    &mut scenario.injects[1].decide.as_mut().expect("a decision").options[1]
}

fn condition(text: &str) -> Option<Condition> {
    Some(serde_json::from_str(text).expect("a condition"))
}

fn circle() -> Option<scenario::Decision> {
    let text = r#"{"by": "doctor", "options": [
        {"id": "back", "text": {"ja": "戻る", "en": "Back"}, "goto": "too-many"},
        {"id": "stay", "text": {"ja": "残る", "en": "Stay"}}]}"#;
    Some(serde_json::from_str(text).expect("a decision"))
}

#[test]
fn every_path_is_listed_with_its_minutes() {
    let paths = paths(&clinic());
    assert_eq!((paths.paths.len(), paths.cut), (8, false));
    let first: Vec<(String, &str)> =
        paths.paths[0].injects.iter().map(|step| (step.minute.to_string(), step.inject.as_str())).collect();
    assert_eq!(first, [("1:00".into(), "note"), ("2:30".into(), "who-to-see"), ("8:00".into(), "vendor-calls")]);
    assert!(paths.paths[0].injects[2].dropped);
    let worst = paths.paths.last().expect("paths");
    let ids: Vec<&str> = worst.injects.iter().map(|step| step.inject.as_str()).collect();
    assert_eq!(ids, ["note", "who-to-see", "too-many", "spread", "vendor-calls"]);
}

#[test]
fn too_many_paths_are_cut_and_it_is_said() {
    let mut scenario = clinic();
    for n in 0..9 {
        let mut decided = scenario.injects[1].clone();
        decided.id = format!("more-{n}");
        decided.at = Some(Minute::whole(4));
        scenario.injects.push(decided);
    }
    let paths = paths(&scenario);
    assert!(paths.cut);
    assert!(paths.paths.len() <= paths::MOST_PATHS);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_a_journal_that_verifies() {
    let play = |seed| simulate(&clinic(), seed, SIMULATED_START);
    let text = |seed| serde_json::to_string(&play(seed)).expect("writes");
    assert_eq!(text(3), text(3));
    assert_ne!(text(3), text(4));
    for seed in 0..20 {
        let played = play(seed);
        assert_eq!(crate::room::verify(&played.journal.entries), Ok(()));
        let state = DrillState::fold(&played.journal.entries);
        assert_eq!(state.stage(), Stage::Ended);
        assert!(state.fired.contains_key("note") && !state.hot_wash.is_empty());
        assert_eq!(played.report.head.drill_seconds, 12 * 60);
    }
}

#[test]
fn every_simulated_drill_goes_one_of_the_listed_ways() {
    let scenario = clinic();
    let told = |injects: &[paths::Step]| -> BTreeSet<String> {
        injects.iter().filter(|step| !step.dropped).map(|step| step.inject.clone()).collect()
    };
    let listed: Vec<BTreeSet<String>> = paths(&scenario).paths.iter().map(|path| told(&path.injects)).collect();
    let mut gone = BTreeSet::new();
    for seed in 0..60 {
        let entries = simulate(&scenario, seed, SIMULATED_START).journal.entries;
        let fired: BTreeSet<String> = DrillState::fold(&entries).fired.into_keys().collect();
        let way = listed.iter().position(|way| *way == fired);
        assert!(way.is_some(), "seed {seed}: {fired:?} is on no path");
        gone.extend(way);
    }
    assert!(gone.len() > 3, "sixty drills went only {gone:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A scenario with its words in each other's places is refused, found wrong, or can be listed and played.
    #[test]
    fn whatever_the_linter_passes_can_be_played(swaps in prop::collection::vec((0_usize..9999, 0_usize..9999), 1..5)) {
        let text = include_str!("testing/clinic.json");
        let mut words: Vec<&str> = text.split_inclusive([' ', ',', '"']).collect();
        for (from, to) in swaps {
            let (from, to) = (from % words.len(), to % words.len());
            words[to] = words[from];
        }
        if let Ok(scenario) = serde_json::from_str::<Scenario>(&words.concat())
            && can_be_played(&check(&scenario, None))
        {
            prop_assert!(!paths(&scenario).paths.is_empty());
            let played = simulate(&scenario, 1, SIMULATED_START);
            prop_assert_eq!(crate::room::verify(&played.journal.entries), Ok(()));
            prop_assert_eq!(DrillState::fold(&played.journal.entries).stage(), Stage::Ended);
        }
    }
}
