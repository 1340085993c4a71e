use crate::program::{path_text, run, run_with_input, stderr, stdout};
use serde_json::{Value, json};

#[test]
fn the_built_in_example_is_checked_from_a_file_without_a_server() {
    let dir = tempfile::tempdir().expect("a folder");
    let printed = run(&["responsibility", "check", "--example", "handa"]);
    assert_eq!(printed.status.code(), Some(0), "{}", stderr(&printed));
    let file = dir.path().join("matrix.json");
    std::fs::write(&file, &printed.stdout).expect("written");
    let output = run(&["responsibility", "check", path_text(&file), "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let count = |name: &str| found[name].as_array().expect("a list").len();
    assert_eq!((count("holes"), count("contradictions"), count("double_claims")), (2, 2, 0), "{found}");
    assert!(count("uncontracted") > 0 && count("open") > 0);
    assert_eq!(found["contradictions"][0]["parties"], json!([{"id": "a", "name": "A社"}, {"id": "c", "name": "C社"}]));
    let strict = run(&["responsibility", "check", path_text(&file), "--strict", "--lang", "en"]);
    assert_eq!(strict.status.code(), Some(3));
    assert!(stdout(&strict).contains("Contradictions 2"), "{}", stdout(&strict));
}

#[test]
fn a_wrong_file_names_line_and_column() {
    let file = "{\n  \"format\": \"hakutaku-responsibility/1\",\n  \"parties\": [],\n  \"objects\": [],\n  \"rows\": [],\n  \"sign\": 1\n}";
    let output = run_with_input(&["responsibility", "check", "-", "--lang", "en"], file.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("-:6:"), "{}", stderr(&output));
    assert!(stderr(&output).contains("sign"), "{}", stderr(&output));
}
