//! Sensors with keys and chains of their own, and what touches them.

use ed25519_dalek::SigningKey;
use hakutaku_model::id::SensorId;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

/// A made-up but repeatable stream of numbers (xorshift).
#[derive(Debug, Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        let mut numbers = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            numbers.below(2);
        }
        numbers
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn byte(&mut self, end: u64) -> u8 {
        u8::try_from(self.below(end)).unwrap_or(0)
    }
}

pub(crate) fn now() -> Ts {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    Ts::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// What touches decoys: mostly knocks, banners and guessed passwords, now and then a request.
pub(crate) fn touch(id: TouchId, time: Ts, numbers: &mut Numbers) -> Touch {
    let (protocol, persona, port, client) = [
        ("ssh", "linux-server", 22, "SSH-2.0-libssh_0.9.6"),
        ("telnet", "printer", 23, ""),
        ("http", "nas", 80, "Mozilla/5.0 zgrab/0.x"),
        ("smb", "windows-server", 445, "SMB 3.1.1"),
        ("rdp", "windows-server", 3389, "mstshash=admin"),
        ("dicom", "pacs", 104, "ANY-SCU"),
        ("scan", "", 1433, ""),
        ("ftp", "nas", 21, ""),
    ][usize::try_from(numbers.below(8)).unwrap_or(0)];
    let kind = match numbers.below(10) {
        0 => Kind::Knock,
        1 => Kind::Connect,
        2 | 3 => Kind::Handshake,
        4 => Kind::Probe,
        5 => Kind::Request,
        _ => Kind::SignIn,
    };
    let signs_in = kind == Kind::SignIn;
    let mut detail = BTreeMap::from([("dest_ip".to_owned(), format!("10.0.{}.5", numbers.below(4)))]);
    if !client.is_empty() {
        detail.insert("client".to_owned(), client.to_owned());
    }
    // One in five from outside, where the same few thousand addresses come to everybody.
    let source_ip = if numbers.below(5) == 0 {
        IpAddr::from([203, 0, 113u8.wrapping_add(numbers.byte(8)), numbers.byte(250)])
    } else {
        IpAddr::from([10, 0, numbers.byte(4), numbers.byte(250)])
    };
    Touch {
        id,
        sensor: id.sensor,
        time,
        protocol: protocol.to_owned(),
        persona: persona.to_owned(),
        source_ip,
        source_port: u16::try_from(1024 + numbers.below(60_000)).unwrap_or(0),
        dest_port: port,
        kind,
        user: signs_in
            .then(|| ["admin", "root", "保守", "user"][usize::try_from(numbers.below(4)).unwrap_or(0)].to_owned()),
        secret_hash: signs_in.then(|| format!("{:032x}", numbers.below(5_000))),
        detail,
        previous: hakutaku_model::journal::Hash::ZERO,
    }
}

/// A simulated sensor.
pub(crate) struct Sensor {
    pub(crate) id: SensorId,
    pub(crate) key: SigningKey,
    pub(crate) token: String,
    /// Signed lines, in order.
    pub(crate) lines: Vec<Vec<u8>>,
    /// How many of them were sent.
    pub(crate) sent: usize,
}

impl Sensor {
    fn new(number: usize, lines: usize) -> Self {
        let mut seed = [0x5e; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let key = SigningKey::from_bytes(&seed);
        let id = SensorId(uuid::Uuid::from_u128(0x5e15_0000 + number as u128));
        let (mut chain, mut numbers, time) = (Chain::new(id), Numbers::new(number as u64 + 7), now());
        let lines = (0..lines)
            .map(|_| {
                let id = TouchId { sensor: id, number: chain.next() };
                let touch = Touch { previous: chain.hash, ..touch(id, time, &mut numbers) };
                let line = touch.sign(&key);
                chain.advance(&line);
                line
            })
            .collect();
        Self { id, key, token: String::new(), lines, sent: 0 }
    }

    pub(crate) fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().to_bytes())
    }
}

/// Sensors of these numbers with so many lines each, made on all cores.
pub(crate) fn sensors(numbers: Range<usize>, lines: usize) -> Vec<Sensor> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let all: Vec<usize> = numbers.collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = all
            .chunks(all.len().div_ceil(cores).max(1))
            .map(|numbers| scope.spawn(|| numbers.iter().map(|number| Sensor::new(*number, lines)).collect::<Vec<_>>()))
            .collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    })
}
