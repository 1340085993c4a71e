//! `/metrics` of the running server, read by the parser of Prometheus' own Python client.

use crate::program::{hakutaku, path_text, run, stderr};
use crate::serve::Server;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Prints every sample as JSON: family, type, name, labels, value.
const READER: &str = "
import json, sys
from prometheus_client.parser import text_string_to_metric_families
out = [[f.name, f.type, s.name, s.labels, s.value] for f in text_string_to_metric_families(sys.stdin.read()) for s in f.samples]
print(json.dumps(out))
";

/// Family, kind, name, labels, value.
type Line = (String, String, String, BTreeMap<String, String>, Value);

struct Sample {
    family: String,
    kind: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// What the client reads, by the name of the sample.
fn read(text: &str) -> BTreeMap<String, Vec<Sample>> {
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../e2e/.python/bin/python");
    let mut child = Command::new(&python)
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} (scripts/install-test-tools makes it): {error}", python.display()));
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "the client refuses the page:\n{text}");
    let samples: Vec<Line> = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut by_name: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for (family, kind, name, labels, value) in samples {
        let value = value.as_f64().expect("a number");
        by_name.entry(name).or_default().push(Sample { family, kind, labels, value });
    }
    by_name
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn the_figures_are_read_by_prometheus_and_tell_nothing_about_anybody() {
    let data = tempfile::tempdir().expect("a folder");
    let address = free_address();
    let server = Server::start(&data.path().join("demo"), &["--demo", "--metrics", &address.to_string()]);
    assert_eq!(server.get("/healthz", &[]).0, 200);
    assert_eq!(server.get("/no/such/page", &[]).0, 404);
    assert_eq!(server.get("/metrics", &[]).0, 404, "not among the pages");
    // The heads of the log are signed in the background after the start.
    let mut answer = get(address, "/metrics");
    while !answer.contains("hakutaku_log_signed_age_days") {
        std::thread::sleep(std::time::Duration::from_millis(50));
        answer = get(address, "/metrics");
    }
    let (head, text) = answer.split_once("\r\n\r\n").expect("head and body");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/plain; version=0.0.4"), "{head}");
    let samples = read(text);
    let one = |name: &str| {
        let all = samples.get(name).unwrap_or_else(|| panic!("{name} is missing in\n{text}"));
        assert_eq!(all.len(), 1, "{name}");
        all[0].value
    };
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_start_time_seconds"] {
        assert!(one(name) > 0.0, "{name}");
    }
    assert_eq!(one("hakutaku_database_up"), 1.0);
    assert_eq!(one("hakutaku_log_signed_age_days"), 0.0);
    assert_eq!(one("hakutaku_live_pages"), 0.0);
    // The model hospital's story has touches, and the server that fills it takes them in.
    assert!(one("hakutaku_touches_total") > 0.0);
    let sensors: Vec<&str> = samples["hakutaku_sensors"].iter().map(|one| one.labels["state"].as_str()).collect();
    assert_eq!(sensors, ["in-use", "broken", "silent"]);
    let answers = &samples["hakutaku_http_requests_total"];
    let answered = |group: &str, status: &str| {
        let found = answers.iter().find(|one| one.labels["group"] == group && one.labels["status"] == status);
        found.unwrap_or_else(|| panic!("{group} {status} is missing in\n{text}")).value
    };
    assert_eq!((answered("healthz", "2xx"), answered("none", "4xx")), (1.0, 2.0));
    for (name, label) in [("hakutaku_http_request_seconds", "group"), ("hakutaku_database_seconds", "kind")] {
        for count in &samples[&format!("{name}_count")] {
            assert_eq!((count.family.as_str(), count.kind.as_str()), (name, "histogram"));
            let of = |one: &&Sample| one.labels[label] == count.labels[label];
            let buckets: Vec<f64> =
                samples[&format!("{name}_bucket")].iter().filter(of).map(|bucket| bucket.value).collect();
            assert!(buckets.is_sorted(), "{buckets:?}");
            assert_eq!(buckets.last(), Some(&count.value), "everything is below infinity");
        }
    }
    // The model hospital has names, addresses and people; none of them is here.
    assert!(text.is_ascii(), "{text}");
    assert!(!text.contains("/facilities/") && !text.contains('@'), "{text}");
    assert!(get(address, "/").starts_with("HTTP/1.1 404"));
}

#[test]
fn an_address_that_others_reach_must_be_asked_for() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("data");
    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--data", path_text(&folder), "--metrics", "0.0.0.0:0"]);
    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("--metrics-for-others"), "{}", stderr(&refused));
    assert!(!folder.exists(), "nothing was begun");
    let alone = hakutaku().args(["serve", "--metrics-for-others"]).output().expect("runs");
    assert_eq!(alone.status.code(), Some(2), "{}", stderr(&alone));
}
