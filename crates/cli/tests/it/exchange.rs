use crate::program::{run_with_input, stderr, stdout};
use serde_json::{Value, json};

fn notice(tlp: &str) -> String {
    json!({
        "number": "2026-014", "edition": 1, "because": { "is": "first" }, "kind": "attack", "tlp": tlp, "audience": {},
        "title": "不審な接続元", "text": "見慣れない相手からの接続がありました。", "actions": ["記録を確かめてください。"],
        "indicators": [{ "kind": "address", "value": "198.51.100.7" }], "products": [], "expects": "understood",
        "deadline": "2026-11-25T00:00:00Z", "by": "監視センター", "at": "2026-11-21T00:00:00Z",
    })
    .to_string()
}

#[test]
fn a_notice_becomes_a_bundle_that_check_reads_again() {
    let output = run_with_input(
        &["exchange", "stix", "-", "--centre", "監視センター", "--to", "member"],
        notice("amber").as_bytes(),
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let bundle: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(bundle["type"], "bundle");
    let output = run_with_input(&["exchange", "check", "-", "--format", "json", "--strict"], &output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let checked: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&checked["format"], &checked["drafts"][0]["tlp"]), (&json!("stix-2.1"), &json!("amber")));
    assert_eq!(
        checked["verdicts"].as_array().expect("verdicts").len(),
        bundle["objects"].as_array().expect("objects").len()
    );
    let output =
        run_with_input(&["exchange", "misp", "-", "--centre", "x", "--to", "member"], notice("green").as_bytes());
    let event: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(event["Event"]["Tag"][0]["name"], "tlp:green");
}

#[test]
fn what_may_not_leave_and_what_cannot_be_read_is_one_line_and_code_2() {
    let command = ["exchange", "stix", "-", "--centre", "x", "--to", "community", "--lang", "ja"];
    let output = run_with_input(&command, notice("red").as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), String::new()));
    assert!(stderr(&output).contains("TLP:RED"), "{}", stderr(&output));
    for (command, input) in [
        (&command[..], "{\"edition\": 1}"),
        (&command[..], "nonsense"),
        (&["exchange", "check", "-"][..], "[1"),
        (&["exchange", "cef", "-"][..], "{}\n"),
    ] {
        let output = run_with_input(command, input.as_bytes());
        assert_eq!((output.status.code(), stderr(&output).lines().count()), (Some(2), 1), "{}", stderr(&output));
    }
    let bundle = json!({ "type": "bundle", "objects": [{ "type": "indicator" }] }).to_string();
    let output = run_with_input(&["exchange", "check", "-", "--strict", "--lang", "en"], bundle.as_bytes());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("refused  /objects/0"), "{}", stdout(&output));
}
