//! Visitors who want to wear the sensor out: a byte at a time, and much of nothing.
//!
//! `HAKUTAKU_GARBAGE_MB` sets how much garbage each protocol gets (3 when unset; 100 is the figure of docs/figures.md).

use crate::program::{Program, try_ftp, wait};
use hakutaku_decoy::protocol::{NAMES, Transport, known};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// What memory may grow by, whatever comes.
const GROWTH: u64 = 40_000_000;

fn all() -> Vec<(&'static str, &'static str)> {
    NAMES.iter().map(|known| (known.name, "linux-server")).collect()
}

fn is_tcp(name: &str) -> bool {
    known(name).is_some_and(|known| known.transport() == Transport::Tcp)
}

#[test]
fn a_byte_at_a_time_holds_nobody_for_ever_and_is_one_touch() {
    let folder = tempfile::tempdir().expect("folder");
    let limits = "[limits]\nvisit_seconds = 6\nsettle_seconds = 2\n";
    let sensor = Program::start(folder.path(), &all(), limits);
    let before = sensor.resident();
    let mut slow: Vec<(SocketAddr, SocketAddr)> = Vec::new();
    let mut dripping: Vec<TcpStream> = Vec::new();
    for (name, _) in all().into_iter().filter(|(name, _)| is_tcp(name)) {
        for _ in 0..10 {
            let stream = sensor.connect(name);
            slow.push((stream.local_addr().expect("address"), sensor.address(name)));
            dripping.push(stream);
        }
    }
    // They drip until the sensor has shut each door, which it does by its own clock.
    while !dripping.is_empty() {
        dripping.retain_mut(|stream| stream.write_all(b"A").is_ok());
        if !dripping.is_empty() && dripping.len() == slow.len() {
            assert!(try_ftp(sensor.address("ftp"), "in-between"), "others are served meanwhile");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    wait("nobody is left inside", || sensor.figure("open_visits") == 0);
    // By both ports: the system gives one source port to connections that go to different doors. Those in between had names.
    let mut touches: BTreeMap<(u16, u16), u32> = BTreeMap::new();
    for signed in sensor.touches().into_iter().filter(|signed| signed.touch.user.is_none()) {
        *touches.entry((signed.touch.source_port, signed.touch.dest_port)).or_default() += 1;
    }
    for (address, door) in &slow {
        assert_eq!(touches.get(&(address.port(), door.port())), Some(&1), "{address} to {door}");
    }
    let grown = sensor.resident().saturating_sub(before);
    assert!(grown < GROWTH, "grown by {grown} bytes");
    sensor.verify();
}

#[test]
fn garbage_without_end_makes_nothing_grow() {
    let megabytes = std::env::var("HAKUTAKU_GARBAGE_MB").ok().and_then(|n| n.parse().ok()).unwrap_or(3_usize);
    let folder = tempfile::tempdir().expect("folder");
    let sensor = Program::start(folder.path(), &all(), "");
    let before = sensor.resident();
    // Bytes in no order, the same in every run.
    let mut state = 1u32;
    let block: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(65_521)
    .collect();
    for (name, _) in all() {
        let mut left = megabytes * 1_000_000;
        if is_tcp(name) {
            while left > 0 {
                let mut stream = sensor.connect(name);
                // The decoy hangs up when it has had enough; the next connection goes on.
                while left > 0
                    && let Ok(count) = stream.write(&block[..left.min(block.len())])
                {
                    left -= count;
                }
            }
        } else {
            let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
            for chunk in block.chunks(1400).cycle().take(left / 1400) {
                socket.send_to(chunk, sensor.address(name)).expect("sent");
            }
        }
    }
    wait("nobody is left inside", || sensor.figure("open_visits") == 0);
    let grown = sensor.resident().saturating_sub(before);
    assert!(grown < GROWTH, "grown by {grown} bytes");
    assert!(try_ftp(sensor.address("ftp"), "afterwards"));
    let seen: std::collections::BTreeSet<_> =
        sensor.touches().into_iter().map(|signed| signed.touch.protocol).collect();
    assert_eq!(seen.len(), all().len(), "each left touches: {seen:?}");
    assert_eq!(sensor.figure("dropped_total"), 0);
    sensor.verify();
    println!("{megabytes} MB to each of {} protocols, grown by {grown} bytes", all().len());
}
