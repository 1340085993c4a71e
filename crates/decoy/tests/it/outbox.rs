//! Sending to a centre that is away, breaks off, forgets to answer, and comes back with an older memory.

use crate::sensor::Running;
use hakutaku_decoy::keys::{Enrolment, Keys};
use hakutaku_model::touch::{Chain, SignedTouch};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How the centre treats the next request with touches.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    /// Breaks off before it has kept anything.
    BreaksOff,
    /// Keeps all and breaks off before it has answered.
    LosesTheAnswer,
    /// Says that it is broken.
    Refuses,
}

#[derive(Default)]
struct Memory {
    kept: Vec<SignedTouch>,
    reports: usize,
    moods: Vec<Mood>,
}

struct Centre {
    address: SocketAddr,
    memory: Arc<Mutex<Memory>>,
}

impl Centre {
    fn open(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let memory = Arc::new(Mutex::new(Memory { moods: moods.to_vec(), ..Memory::default() }));
        let (address, shared) = (listener.local_addr().expect("address"), memory.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One after the other: there is one sensor.
                while answer(&stream, &shared).is_some() {}
            }
        });
        Self { address, memory }
    }

    fn wait(&self, what: &str, until: impl Fn(&Memory) -> bool) {
        let begun = Instant::now();
        while !until(&self.memory.lock().expect("memory")) {
            assert!(begun.elapsed() < Duration::from_secs(90), "{what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Reads one request and answers it; `None` when the connection is over.
fn answer(stream: &TcpStream, memory: &Mutex<Memory>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|count| *count > 0)?;
    let (mut length, mut signed_in) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        signed_in |= line == "authorization: bearer the-token";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    assert!(signed_in, "a request without the sensor's token: {first}");
    let mut memory = memory.lock().expect("memory");
    if first.contains("/health") {
        memory.reports += 1;
    } else {
        let mood = if memory.moods.is_empty() { Mood::Well } else { memory.moods.remove(0) };
        match mood {
            Mood::BreaksOff => return None,
            Mood::Refuses => {
                let mut out = stream;
                out.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").ok()?;
                return Some(());
            }
            Mood::Well | Mood::LosesTheAnswer => {}
        }
        let (_, after) = first.split_once("after=")?;
        let mut number: u64 = after.split(['&', ' ']).next()?.parse().ok()?;
        for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            number += 1;
            if number == memory.kept.len() as u64 + 1 {
                memory.kept.push(serde_json::from_slice(line).expect("a touch"));
            }
        }
        if mood == Mood::LosesTheAnswer {
            return None;
        }
    }
    let said = format!("{{\"number\":{}}}", memory.kept.len());
    let mut out = stream;
    write!(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{said}", said.len())
        .ok()
}

/// A sensor that was enrolled at this centre.
fn enrolled(centre: SocketAddr) -> Running {
    Running::prepared(&[("tcp", "nas")], |spool| {
        let mut keys = Keys::open(spool).expect("keys");
        keys.enrolment = Some(Enrolment {
            centre: format!("http://{centre}"),
            token: "the-token".to_owned(),
            secret_key: "11".repeat(32),
        });
        keys.save(spool).expect("saved");
    })
}

fn unbroken(memory: &Memory) {
    let mut chain = memory.kept.first().map(|first| Chain::new(first.touch.sensor)).expect("touches");
    for signed in &memory.kept {
        assert_eq!((signed.touch.id.number, signed.touch.previous), (chain.next(), chain.hash));
        chain.advance(&signed.line());
    }
}

#[test]
fn every_touch_arrives_once_and_in_order_whatever_the_centre_does() {
    let centre = Centre::open(&[Mood::BreaksOff, Mood::LosesTheAnswer, Mood::Refuses, Mood::LosesTheAnswer]);
    let sensor = enrolled(centre.address);
    for _ in 0..40 {
        drop(sensor.connect("tcp"));
    }
    centre.wait("forty touches", |memory| memory.kept.len() == 40 && memory.reports > 0);
    unbroken(&centre.memory.lock().expect("memory"));
    drop(sensor.connect("tcp"));
    centre.wait("one more", |memory| memory.kept.len() == 41);
}

#[test]
fn a_centre_restored_from_an_older_backup_is_told_again() {
    let centre = Centre::open(&[]);
    let sensor = enrolled(centre.address);
    for _ in 0..10 {
        drop(sensor.connect("tcp"));
    }
    centre.wait("ten touches", |memory| memory.kept.len() == 10);
    centre.memory.lock().expect("memory").kept.truncate(4);
    drop(sensor.connect("tcp"));
    centre.wait("all eleven again", |memory| memory.kept.len() == 11);
    unbroken(&centre.memory.lock().expect("memory"));
}

#[test]
fn visitors_are_served_as_ever_while_the_centre_is_away() {
    // Bound and closed again: nobody listens there.
    let away = TcpListener::bind("127.0.0.1:0").expect("bound").local_addr().expect("address");
    let sensor = enrolled(away);
    for _ in 0..20 {
        drop(sensor.connect("tcp"));
    }
    assert_eq!(sensor.touches(20).len(), 20);
    assert_eq!(sensor.verify(), 20);
}
