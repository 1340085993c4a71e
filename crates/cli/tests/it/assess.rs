use crate::program::{answers_file, path_text, questions, run, run_with_input, stderr, stdout};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A deterministic mix of levels; every seventh question is not applicable.
fn mixed(questionnaire: &str) -> Vec<(String, String, Option<i64>)> {
    questions(questionnaire)
        .into_iter()
        .enumerate()
        .map(|(at, (field, question))| {
            let level = (at % 7 != 6).then_some(i64::try_from((at * 5 + at / 3) % 4).unwrap_or_default());
            (field, question, level)
        })
        .collect()
}

fn as_answers(mixed: &[(String, String, Option<i64>)]) -> Vec<Value> {
    mixed
        .iter()
        .map(|(_, question, level)| match level {
            Some(level) => json!({ "question": question, "level": level }),
            None => json!({ "question": question, "not_applicable": "この施設にはない" }),
        })
        .collect()
}

/// Greatest common divisor, to compare fractions without the program's own arithmetic.
fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn the_json_result_is_the_mean_of_each_field_exactly() {
    let dir = tempfile::tempdir().expect("a folder");
    let given = mixed("small-facility");
    let file = answers_file(dir.path(), "answers.json", "small-facility", &as_answers(&given));
    let output = run(&["assess", path_text(&file), "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["ignored"], json!([]));

    let mut by_field: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for (field, _, level) in &given {
        let entry = by_field.entry(field).or_default();
        match level {
            Some(level) => {
                entry.0 += level;
                entry.1 += 1;
            }
            None => entry.2 += 1,
        }
    }
    for field in result["fields"].as_array().expect("fields") {
        let (sum, count, not_applicable) = by_field[field["id"].as_str().expect("id")];
        assert_eq!(field["answered"], json!(count));
        assert_eq!(field["not_applicable"], json!(not_applicable));
        assert_eq!(field["unanswered"], json!(0));
        if count == 0 {
            assert_eq!((&field["score"], &field["exact"]), (&Value::Null, &Value::Null));
            continue;
        }
        let divisor = gcd(sum, count);
        let exact = if count / divisor == 1 {
            (sum / divisor).to_string()
        } else {
            format!("{}/{}", sum / divisor, count / divisor)
        };
        assert_eq!(field["exact"], json!(exact));
        assert_eq!(field["weak"], json!(2 * sum <= 3 * count));
    }
}

#[test]
fn unanswered_questions_are_listed_and_a_field_without_answers_has_no_score() {
    let dir = tempfile::tempdir().expect("a folder");
    let file =
        answers_file(dir.path(), "one.json", "hospital-it", &[json!({ "question": "it-backup-01", "level": 1 })]);
    let output = run(&["assess", path_text(&file), "--format", "json"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["overall"], "1.00");
    assert!(result["unanswered"].as_array().expect("list").len() > 70);
    assert!(result["measures"].as_array().expect("list").iter().all(|m| m["field"] == "backup"));
    let network = result["fields"].as_array().expect("fields").iter().find(|f| f["id"] == "network").expect("network");
    assert_eq!(network["score"], Value::Null);
}

#[test]
fn a_bad_file_ends_with_two_and_one_line_for_each_problem() {
    let dir = tempfile::tempdir().expect("a folder");
    let answers = [
        json!({ "question": "it-backup-01", "level": 7 }),
        json!({ "question": "it-nowhere-01", "level": 1 }),
        json!({ "question": "it-backup-02", "not_applicable": "" }),
    ];
    let file = answers_file(dir.path(), "bad.json", "hospital-it", &answers);
    for format in ["text", "json", "pdf", "xlsx"] {
        let output = run(&["assess", path_text(&file), "--format", format, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(output.stdout.is_empty(), "never a partial result");
        let lines: Vec<String> = stderr(&output).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        for (line, question) in lines.iter().zip(["it-backup-01", "it-nowhere-01", "it-backup-02"]) {
            assert!(line.contains(question) && line.contains("bad.json:"), "{line}");
        }
    }
}

#[test]
fn what_is_no_answers_file_is_refused_without_a_panic() {
    let deep = "[".repeat(100_000);
    let cases: [&[u8]; 9] = [
        b"",
        b"{",
        b"null",
        b"\xff\xfe\x00",
        b"{\"questionnaire\":\"hospital-it\"}",
        b"{\"questionnaire\":\"nothing\",\"edition\":\"1\",\"answers\":[]}",
        b"{\"questionnaire\":\"hospital-it\",\"edition\":\"0\",\"answers\":[]}",
        b"PK\x03\x04not a json file at all",
        deep.as_bytes(),
    ];
    for case in cases {
        let output = run_with_input(&["assess", "-", "--format", "json"], case);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{:?}: {said}", String::from_utf8_lossy(&case[..case.len().min(40)]));
        assert!(!said.is_empty() && !said.contains("panicked"), "{said}");
    }
    let output = run(&["assess", "no-such-file.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no-such-file.json"));
}

#[test]
fn the_printed_forms_are_what_they_say() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = answers_file(dir.path(), "answers.json", "hospital-it", &as_answers(&mixed("hospital-it")));
    for (format, start) in [("pdf", &b"%PDF-"[..]), ("briefing-pdf", b"%PDF-"), ("xlsx", b"PK\x03\x04")] {
        let out = dir.path().join(format!("result.{format}"));
        let output = run(&["assess", path_text(&file), "--format", format, "--out", path_text(&out)]);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        assert!(std::fs::read(&out).expect("written").starts_with(start), "{format}");
    }
    let text = stdout(&run(&["assess", path_text(&file), "--lang", "ja"]));
    assert!(text.contains("総合") && text.contains("◀ 弱い"), "{text}");
}

#[test]
fn the_typology_is_read_from_a_file_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let all: Vec<Value> =
        questions("network-typology").iter().map(|(_, q)| json!({ "question": q, "level": 2 })).collect();
    let file = answers_file(dir.path(), "net.json", "network-typology", &all);
    let output = run(&["assess", path_text(&file), "--format", "json"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["typology"]["level"], 3);
    let marks: Vec<&str> =
        result["typology"]["controls"].as_array().expect("three").iter().filter_map(|c| c["mark"].as_str()).collect();
    assert_eq!(marks, ["○", "○", "○"]);
    assert!(stdout(&run(&["assess", path_text(&file), "--lang", "ja"])).contains("ネットワークの段階 3"));
}

#[test]
fn last_years_file_of_another_questionnaire_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let now = answers_file(dir.path(), "now.json", "executive", &[]);
    let before = answers_file(dir.path(), "before.json", "small-facility", &[]);
    let output = run(&["assess", path_text(&now), "--previous", path_text(&before)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("before.json"));
}
