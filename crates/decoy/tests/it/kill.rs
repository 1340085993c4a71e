//! `kill -9` in the middle of the work: whatever was answered is on disk, once, in an unbroken chain.
//!
//! `HAKUTAKU_KILL_ROUNDS` sets the number of rounds (10 when unset).

use crate::program::{Program, touches, try_ftp, verify};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Tries a name at a web decoy; whether it was answered.
fn try_http(address: SocketAddr, name: &str) -> bool {
    use base64::Engine as _;
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("timeout");
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{name}:x"));
    let request =
        format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic {credentials}\r\n\r\n");
    let mut answer = [0; 9];
    stream.write_all(request.as_bytes()).is_ok() && stream.read_exact(&mut answer).is_ok() && answer == *b"HTTP/1.1 "
}

#[test]
fn whatever_was_answered_survives_kill_nine() {
    let rounds = std::env::var("HAKUTAKU_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_u32);
    let folder = tempfile::tempdir().expect("folder");
    let spool = folder.path().join("spool");
    let answered: Mutex<Vec<String>> = Mutex::default();
    let mut before = 0;
    for round in 0..rounds {
        let sensor = Program::start(folder.path(), &[("ftp", "nas"), ("http", "nas")], "");
        let (ftp, http) = (sensor.address("ftp"), sensor.address("http"));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for visitor in 0..4u32 {
                let (stop, answered) = (&stop, &answered);
                scope.spawn(move || {
                    for number in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let name = format!("r{round}-v{visitor}-n{number}");
                        let is_answered = if visitor % 2 == 0 { try_ftp(ftp, &name) } else { try_http(http, &name) };
                        if is_answered {
                            answered.lock().expect("list").push(name);
                        }
                    }
                });
            }
            // Another moment in each round.
            std::thread::sleep(Duration::from_millis(u64::from(60 + round * 37 % 300)));
            sensor.kill();
            stop.store(true, Ordering::Relaxed);
        });
        let number = verify(&spool);
        assert!(number >= before, "round {round}: the chain went back from {before} to {number}");
        before = number;
    }
    let mut written: BTreeMap<String, u32> = BTreeMap::new();
    for user in touches(&spool).into_iter().filter_map(|signed| signed.touch.user) {
        *written.entry(user).or_default() += 1;
    }
    let answered = answered.into_inner().expect("list");
    let lost: Vec<_> = answered.iter().filter(|name| !written.contains_key(*name)).collect();
    assert!(lost.is_empty(), "answered and not on disk: {lost:?}");
    let twice: Vec<_> = written.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "written more than once: {twice:?}");
    assert!(answered.len() >= rounds as usize, "only {} tries were answered", answered.len());
    println!("{rounds} rounds, {} tries answered, {before} touches in the chain", answered.len());
}
