//! What the crash tests share: a child process that works until it is killed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Starts this test binary again as a child that runs one test with `description` in `variable`, lets it work for a random
/// while, kills it, and returns the last number of each line `<word> <who> <number>;` that it printed.
pub(crate) fn kill_a_child(test: &str, variable: &str, description: &str, word: &str) -> BTreeMap<usize, u64> {
    let mut child = Command::new(std::env::current_exe().expect("this test binary"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, description)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut acknowledged = BTreeMap::new();
    let mut note = |line: &str| {
        let said = line.split_once(word).and_then(|(_, rest)| rest.trim_start().strip_suffix(';')).and_then(|said| {
            let (n, count) = said.split_once(' ')?;
            Some((n.parse::<usize>().ok()?, count.parse::<u64>().ok()?))
        });
        if let Some((n, count)) = said {
            acknowledged.insert(n, count);
        }
        said.is_some()
    };
    for line in lines.by_ref() {
        if note(&line.expect("text")) {
            break;
        }
    }
    let mut random = [0; 1];
    getrandom::fill(&mut random).expect("random bytes");
    // Not a measurement: the moment of the kill is meant to be anywhere.
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(u64::from(random[0])));
        child.kill().expect("kills");
        child.wait().expect("ends")
    });
    for line in lines.map_while(Result::ok) {
        note(&line);
    }
    assert!(!killer.join().expect("no panic").success(), "it was killed, it did not end by itself");
    acknowledged
}
