//! A time server (RFC 5905): answers clients, and never what could be used to flood others.

use super::octets::Octets;
use super::{Responder, Serving};
use crate::persona::Identity;
use crate::visit::Visit;
use crate::wire::recognise;
use hakutaku_model::touch::Kind;
use std::time::{SystemTime, UNIX_EPOCH};

/// Header of a packet (RFC 5905, 7.3).
const HEADER: usize = 48;
/// Seconds from 1900 to 1970 (RFC 5905, 6).
const ERA: u64 = 2_208_988_800;

/// The server.
pub(super) struct Clock;

/// What a datagram is.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// A client asks for the time: version, poll, transmit time.
    Time { version: u8, poll: u8, sent: [u8; 8] },
    /// Another mode of time keeping: nothing is answered.
    Peer { version: u8, mode: u8 },
    /// Control (mode 6: RFC 9327; mode 7: private): the opcode.
    Control { version: u8, mode: u8, opcode: u8 },
}

impl Responder for Clock {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let received = now();
            let asked = read(datagram)?;
            let (version, mode) = match asked {
                Asked::Time { version, .. } => (version, 3),
                Asked::Peer { version, mode } | Asked::Control { version, mode, .. } => (version, mode),
            };
            visit.note("version", version.to_string().as_bytes());
            visit.note("mode", mode.to_string().as_bytes());
            match asked {
                Asked::Time { version, poll, sent } => {
                    // Written before the second time stamp is taken, so that the answer is true.
                    visit.touch(Kind::Probe).await.ok()?;
                    Some(answer(visit.identity(), version, poll, sent, received, now()))
                }
                Asked::Peer { .. } => {
                    visit.touch(Kind::Probe).await.ok()?;
                    None
                }
                Asked::Control { mode, opcode, .. } => {
                    let name = operation(mode, opcode).map_or_else(|| opcode.to_string(), str::to_owned);
                    visit.touch_noting(Kind::Request, &[("operation", name.as_bytes())]).await.ok()?;
                    None
                }
            }
        })
    }
}

fn read(datagram: &[u8]) -> Option<Asked> {
    if recognise(datagram).is_some() {
        return None;
    }
    let mut rest = Octets(datagram);
    let first = rest.u8()?;
    let (version, mode) = (first >> 3 & 7, first & 7);
    if !(1..=4).contains(&version) {
        return None;
    }
    match mode {
        6 if datagram.len() >= 12 => {
            let second = rest.u8()?;
            // Response and error bits are of answers (RFC 9327, 2).
            (second & 0xe0 == 0).then_some(Asked::Control { version, mode, opcode: second & 0x1f })
        }
        7 if datagram.len() >= 8 => {
            // Sequence, implementation (0 any, 2 and 3 of the reference server), request code.
            let (_, implementation, opcode) = (rest.u8()?, rest.u8()?, rest.u8()?);
            matches!(implementation, 0 | 2 | 3).then_some(Asked::Control { version, mode, opcode })
        }
        1..=5 if datagram.len() >= HEADER => {
            let (stratum, poll) = (rest.u8()?, rest.u8()?);
            if stratum > 16 {
                return None;
            }
            let sent = datagram.get(40..48)?.try_into().ok()?;
            Some(if mode == 3 { Asked::Time { version, poll, sent } } else { Asked::Peer { version, mode } })
        }
        _ => None,
    }
}

/// Names of what is misused most.
fn operation(mode: u8, opcode: u8) -> Option<&'static str> {
    Some(match (mode, opcode) {
        (6, 1) => "read status",
        (6, 2) => "read variables",
        (6, 3) => "write variables",
        (6, 10) => "read clients",
        (7, 0) => "list peers",
        (7, 4) => "system information",
        (7, 16) => "restrictions",
        (7, 20 | 42) => "monlist",
        _ => return None,
    })
}

/// The time since 1900 in 2^-32 seconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    // The era's seconds wrap in 2036, as they should.
    (since.as_secs().wrapping_add(ERA) << 32) | fraction
}

fn answer(identity: &Identity, version: u8, poll: u8, sent: [u8; 8], received: u64, transmitted: u64) -> Vec<u8> {
    // No leap second, the version asked in, mode 4; stratum 3; a precision of 2^-24 s.
    let mut out = vec![version << 3 | 4, 3, poll, 0xe8];
    // In 2^-16 s: some milliseconds to the root, and its error.
    let delay = u32::try_from(identity.number("ntp-delay", 200, 1400)).unwrap_or(0);
    let dispersion = u32::try_from(identity.number("ntp-dispersion", 1200, 4200)).unwrap_or(0);
    out.extend_from_slice(&delay.to_be_bytes());
    out.extend_from_slice(&dispersion.to_be_bytes());
    // The server above: a machine of the same house.
    let last = u8::try_from(identity.number("ntp-reference", 1, 20)).unwrap_or(1);
    out.extend_from_slice(&[10, u8::try_from(identity.number("ntp-network", 0, 40)).unwrap_or(0), 0, last]);
    // Set some minutes ago, another number of them every time.
    let age = 30 + (received >> 32).wrapping_add(identity.number("ntp-age", 0, 1023)) % 1024;
    out.extend_from_slice(&received.wrapping_sub(age << 32 | 0x4d3a_9c11).to_be_bytes());
    out.extend_from_slice(&sent);
    out.extend_from_slice(&received.to_be_bytes());
    out.extend_from_slice(&transmitted.to_be_bytes());
    out
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = read(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(first: u8, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        out[0] = first;
        out
    }

    #[test]
    fn modes_are_told_apart() {
        assert!(matches!(read(&packet(0x23, 48)), Some(Asked::Time { version: 4, .. })));
        assert!(matches!(read(&packet(0x21, 48)), Some(Asked::Peer { mode: 1, .. })));
        let list = [0x17, 0, 3, 0x2a, 0, 0, 0, 0];
        assert_eq!(read(&list), Some(Asked::Control { version: 2, mode: 7, opcode: 42 }));
        assert_eq!(operation(7, 42), Some("monlist"));
        for other in [&packet(0x23, 47)[..], &packet(0x03, 48), b"GET / HTTP/1.0\r\n\r\n", b"", &packet(0x3b, 48)] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
