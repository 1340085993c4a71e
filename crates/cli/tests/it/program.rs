//! Running the real program.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) fn hakutaku() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hakutaku"));
    command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES").env("HAKUTAKU_LOG", "error");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    hakutaku().args(arguments).output().expect("the program runs")
}

pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = hakutaku()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("piped").write_all(input).expect("the program reads");
    child.wait_with_output().expect("the program ends")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

pub(crate) fn json_of(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// All questions of a questionnaire with their fields, in order.
pub(crate) fn questions(id: &str) -> Vec<(String, String)> {
    let shown = json_of(&["catalog", "show", id, "--format", "json"]);
    let mut found = Vec::new();
    for field in shown["fields"].as_array().expect("fields") {
        for question in field["questions"].as_array().expect("questions") {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            found.push((text(&field["id"]), text(&question["id"])));
        }
    }
    found
}

/// Writes an answers file for these answers.
pub(crate) fn answers_file(dir: &Path, name: &str, questionnaire: &str, answers: &[Value]) -> PathBuf {
    let edition = json_of(&["catalog", "show", questionnaire, "--format", "json"])["edition"].clone();
    let path = dir.join(name);
    let file = json!({ "questionnaire": questionnaire, "edition": edition, "answers": answers });
    std::fs::write(&path, serde_json::to_string_pretty(&file).expect("JSON")).expect("written");
    path
}

pub(crate) fn path_text(path: &Path) -> &str {
    path.to_str().expect("UTF-8 path")
}
