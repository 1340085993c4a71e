use crate::program::{path_text, run, run_with_input, stderr, stdout};
use serde_json::Value;
use std::path::PathBuf;

fn clinic() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../model/src/exercise/testing/clinic.json")
}

#[test]
fn a_scenario_is_checked_and_every_path_printed() {
    let file = clinic();
    let output = run(&["exercise", "check", path_text(&file), "--lang", "en"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    // Two options of the decision, times two actions done or not.
    assert!(text.contains("paths 8"), "{text}");
    assert!(text.contains("who-to-see/everyone") && text.contains("vendor-calls (dropped)"), "{text}");
    let output = run(&["exercise", "check", path_text(&file), "--format", "json", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((found["ok"].as_bool(), found["cut"].as_bool()), (Some(true), Some(false)));
    assert_eq!(found["paths"].as_array().expect("paths").len(), 8);
}

#[test]
fn each_error_is_one_line_with_its_place_and_the_code_is_2() {
    let text = std::fs::read_to_string(clinic()).expect("a fixture");
    let wrong = text.replace("\"goto\": \"too-many\"", "\"goto\": \"nowhere\"").replace("\"by\": 6", "\"by\": 99");
    let output = run_with_input(&["exercise", "check", "-", "--lang", "en"], wrong.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("-: inject who-to-see, option everyone: there is no inject nowhere to go to"), "{said}");
    assert!(said.contains("-: inject spread, when: 99:00 is after the end of the drill at 12:00"), "{said}");
    let output = run_with_input(&["exercise", "check", "-", "--format", "json"], wrong.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found["ok"].as_bool(), Some(false));
    for (bad, part) in [("title: [", "cannot be read"), ("", "cannot be read")] {
        let output = run_with_input(&["exercise", "check", "-"], bad.as_bytes());
        assert_eq!((output.status.code(), stderr(&output).lines().count()), (Some(2), 1), "{}", stderr(&output));
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    let missing = run(&["exercise", "check", "no-such-file.yaml"]);
    assert_eq!(missing.status.code(), Some(2), "{}", stderr(&missing));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_another_drill() {
    let file = clinic();
    let play = |seed: &str| {
        let output = run(&["exercise", "simulate", path_text(&file), "--seed", seed, "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        output.stdout
    };
    let first = play("7");
    assert_eq!(first, play("7"));
    assert_ne!(first, play("8"));
    let drill: Value = serde_json::from_slice(&first).expect("JSON");
    assert_eq!(drill["journal"]["format"], "hakutaku-journal/1");
    assert_eq!(drill["report"]["format"], "hakutaku-drill-report/1");
    assert!(drill["journal"]["entries"].as_array().expect("entries").len() > 20);
    let text = run(&["exercise", "simulate", path_text(&file), "--seed", "7", "--lang", "en"]);
    assert!(stdout(&text).contains("Times against targets"), "{}", stdout(&text));
}

#[test]
fn a_shipped_scenario_is_listed_printed_checked_and_played_by_its_id() {
    let listed = stdout(&run(&["exercise", "show", "--lang", "en"]));
    // That every one of them is clean is the catalogue's own test.
    if let Some(id) = listed.split_whitespace().next() {
        let shown = run(&["exercise", "show", id]);
        let checked = run_with_input(&["exercise", "check", "-", "--strict"], &shown.stdout);
        assert_eq!(checked.status.code(), Some(0), "{id}: {}{}", stdout(&checked), stderr(&checked));
        let played = run(&["exercise", "simulate", id]);
        assert_eq!(played.status.code(), Some(0), "{id}: {}", stderr(&played));
    }
    assert_eq!(run(&["exercise", "show", "no-such"]).status.code(), Some(2));
}
