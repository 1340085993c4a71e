//! A building controller over Modbus/TCP (MODBUS Application Protocol V1.1b3; Messaging on TCP/IP V1.0b): it shows its
//! name and its figures, and lets nobody change anything.

use super::building::{Controller, minute};
use super::octets::Octets;
use super::{Decoy, Serving};
use crate::visit::Visit;
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Requests of one connection.
const REQUESTS: u32 = 2000;
/// Longest unit identifier, function and data (Messaging, 3.1.3: 260 bytes with the header).
const LONGEST: usize = 254;

/// Exceptions (Application Protocol, 7).
const ILLEGAL_FUNCTION: u8 = 1;
const ILLEGAL_ADDRESS: u8 = 2;
const ILLEGAL_VALUE: u8 = 3;

/// The controller.
pub(super) struct Plc;

/// What a request amounts to.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    kind: Kind,
    /// In words, for the touch.
    operation: &'static str,
    /// First address and count, where it has them.
    range: Option<(u16, u16)>,
    /// What follows unit and function, or an exception.
    answer: Result<Vec<u8>, u8>,
}

impl Decoy for Plc {
    fn serve<'a>(&'a self, visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let controller = Controller::of(visit.identity());
            for _ in 0..REQUESTS {
                // Transaction, protocol, length, unit (Messaging, 3.1.3).
                let head = exact(&mut wire, 7, 7).await?;
                let Some((protocol, length)) = header(&head) else { return Ok(()) };
                if protocol != 0 || !(2..=LONGEST).contains(&length) {
                    return other(&visit, &mut wire, &head).await;
                }
                visit.reached(Kind::Handshake);
                let pdu = exact(&mut wire, length - 1, LONGEST).await?;
                let Some((function, data)) = pdu.split_first() else { return Ok(()) };
                let judged = judge(&controller, *function, data, minute());
                write_down(&visit, &judged, &head).await?;
                wire.write_all(&answer(&head, *function, &judged.answer)).await?;
            }
            Ok(())
        })
    }
}

fn header(head: &[u8]) -> Option<(u16, usize)> {
    let mut rest = Octets(head);
    rest.take(2)?;
    Some((rest.u16()?, rest.u16()?.into()))
}

/// Something else than Modbus: many controllers do not look at the protocol's number and refuse the function they read,
/// and so does this one.
async fn other(visit: &Visit, wire: &mut Wire, head: &[u8]) -> io::Result<()> {
    let function = wire.read_u8().await?;
    wire.more().await?;
    visit.settle().await?;
    wire.write_all(&answer(head, function, &Err(ILLEGAL_FUNCTION))).await?;
    wire.shutdown().await
}

fn answer(head: &[u8], function: u8, answer: &Result<Vec<u8>, u8>) -> Vec<u8> {
    let (function, data) = match answer {
        Ok(data) => (function, data.as_slice()),
        Err(exception) => (function | 0x80, std::slice::from_ref(exception)),
    };
    let length = u16::try_from(data.len() + 2).unwrap_or(2).to_be_bytes();
    let (numbers, unit) = (head.get(..4).unwrap_or_default(), head.get(6..7).unwrap_or_default());
    [numbers, &length, unit, &[function], data].concat()
}

async fn write_down(visit: &Visit, judged: &Judged, head: &[u8]) -> io::Result<()> {
    let unit = head.get(6).copied().unwrap_or_default().to_string();
    if judged.kind <= Kind::Probe {
        visit.reached(judged.kind);
        visit.note("operation", judged.operation.as_bytes());
        visit.note("unit", unit.as_bytes());
        return Ok(());
    }
    let mut details: Vec<(&'static str, &[u8])> =
        vec![("operation", judged.operation.as_bytes()), ("unit", unit.as_bytes())];
    let words = judged.range.map(|(first, count)| (first.to_string(), count.to_string()));
    if let Some((first, count)) = &words {
        details.push(("address", first.as_bytes()));
        details.push(("count", count.as_bytes()));
    }
    Ok(visit.touch_noting(judged.kind, &details).await?)
}

/// Looks at a function and its data (Application Protocol, 6).
fn judge(controller: &Controller, function: u8, data: &[u8], minute: u64) -> Judged {
    let mut rest = Octets(data);
    let range = rest.u16().zip(rest.u16());
    let refused = |kind, operation, exception| Judged { kind, operation, range: None, answer: Err(exception) };
    let first = range.map(|(first, _)| (first, 1));
    match function {
        1 | 2 => read(range, 2000, if function == 1 { "read coils" } else { "read inputs" }, |first, count| {
            let bits = (first..first + count).map(|address| controller.fixed(address | 0x1_0000, 0, 3) > 0);
            let mut bytes = vec![0u8; usize::try_from(count).unwrap_or(0).div_ceil(8)];
            for (index, _) in bits.enumerate().filter(|(_, is_on)| *is_on) {
                if let Some(byte) = bytes.get_mut(index / 8) {
                    *byte |= 1 << (index % 8);
                }
            }
            bytes
        }),
        3 | 4 => read(
            range,
            125,
            if function == 3 { "read holding registers" } else { "read input registers" },
            |first, count| {
                let values = (first..first + count).map(|address| register(controller, function, address, minute));
                values.flat_map(u16::to_be_bytes).collect()
            },
        ),
        5 => Judged { range: first, ..refused(Kind::Write, "write coil", ILLEGAL_FUNCTION) },
        6 => Judged { range: first, ..refused(Kind::Write, "write register", ILLEGAL_FUNCTION) },
        15 => Judged { range, ..refused(Kind::Write, "write coils", ILLEGAL_FUNCTION) },
        16 => Judged { range, ..refused(Kind::Write, "write registers", ILLEGAL_FUNCTION) },
        21 => refused(Kind::Write, "write file record", ILLEGAL_FUNCTION),
        22 => Judged { range: first, ..refused(Kind::Write, "mask register", ILLEGAL_FUNCTION) },
        23 => refused(Kind::Write, "read and write registers", ILLEGAL_FUNCTION),
        // Sub-function 0 echoes; the others restart, silence or reset.
        8 if data.starts_with(&[0, 0]) => {
            Judged { kind: Kind::Probe, operation: "echo", range: None, answer: Ok(data.to_vec()) }
        }
        8 => refused(Kind::Write, "diagnostics", ILLEGAL_FUNCTION),
        17 => {
            let words = format!("{} {}", controller.model, controller.firmware);
            let mut body = vec![u8::try_from(words.len() + 2).unwrap_or(2), 1, 0xff];
            body.extend_from_slice(words.as_bytes());
            Judged { kind: Kind::Probe, operation: "report server id", range: None, answer: Ok(body) }
        }
        20 => refused(Kind::Request, "read file record", ILLEGAL_FUNCTION),
        24 => refused(Kind::Request, "read queue", ILLEGAL_FUNCTION),
        43 => identification(controller, data),
        // Programming and file transfer of some makers' controllers.
        90 | 91 | 100..=110 => refused(Kind::Request, "maker's own function", ILLEGAL_FUNCTION),
        _ => refused(Kind::Probe, "unknown function", ILLEGAL_FUNCTION),
    }
}

/// Points of the controller: addresses from 0.
const POINTS: u64 = 256;

fn read(range: Option<(u16, u16)>, most: u16, operation: &'static str, values: impl Fn(u64, u64) -> Vec<u8>) -> Judged {
    let answer = match range {
        None | Some((_, 0)) => Err(ILLEGAL_VALUE),
        Some((_, count)) if count > most => Err(ILLEGAL_VALUE),
        Some((first, count)) if u64::from(first) + u64::from(count) > POINTS => Err(ILLEGAL_ADDRESS),
        Some((first, count)) => {
            let values = values(first.into(), count.into());
            Ok([&[u8::try_from(values.len()).unwrap_or(0)][..], &values].concat())
        }
    };
    Judged { kind: Kind::Request, operation, range, answer }
}

/// A room's worth of points for every eight registers: temperature, set point, humidity, carbon dioxide, fan, valve,
/// state, alarm.
fn register(controller: &Controller, function: u8, address: u64, minute: u64) -> u16 {
    let is_live = function == 4;
    let value = match address % 8 {
        0 if is_live => controller.measured(address, 215, 268, minute),
        0 => controller.fixed(address, 240, 260),
        1 => controller.fixed(address, 22, 26) * 10,
        2 if is_live => controller.measured(address, 380, 560, minute),
        2 => 500,
        3 if is_live => controller.measured(address, 420, 880, minute),
        3 => 1000,
        4 => controller.measured(address, 30, 80, if is_live { minute } else { 0 }),
        5 => controller.measured(address, 0, 100, if is_live { minute } else { 0 }),
        6 => 1,
        _ => 0,
    };
    u16::try_from(value).unwrap_or(0)
}

/// Read Device Identification (Application Protocol, 6.21).
fn identification(controller: &Controller, data: &[u8]) -> Judged {
    let mut rest = Octets(data);
    let judged = |answer| Judged { kind: Kind::Probe, operation: "read device identification", range: None, answer };
    if rest.u8() != Some(14) {
        return judged(Err(ILLEGAL_FUNCTION));
    }
    let (Some(code), Some(object)) = (rest.u8(), rest.u8()) else { return judged(Err(ILLEGAL_VALUE)) };
    let objects: [(u8, &str); 6] = [
        (0, "Building Automation"),
        (1, &controller.model),
        (2, &controller.firmware),
        (4, "Air Handling Controller"),
        (5, &controller.model),
        (6, &controller.location),
    ];
    let last = match code {
        1 => 2,
        2 | 3 => 6,
        4 if objects.iter().any(|(id, _)| *id == object) => object,
        4 => return judged(Err(ILLEGAL_ADDRESS)),
        _ => return judged(Err(ILLEGAL_VALUE)),
    };
    // Beyond the last object one starts again at the first.
    let from = if object > last { 0 } else { object };
    let chosen: Vec<_> = objects.iter().filter(|(id, _)| (from..=last).contains(id)).collect();
    // Conformity: regular identification, stream and individual access.
    let mut body = vec![14, code, 0x82, 0, 0, u8::try_from(chosen.len()).unwrap_or(0)];
    for (id, value) in chosen {
        body.extend_from_slice(&[*id, u8::try_from(value.len()).unwrap_or(0)]);
        body.extend_from_slice(value.as_bytes());
    }
    judged(Ok(body))
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let identity = crate::persona::Identity::new(&[0; 32], crate::persona::Kind::Building, [127, 0, 0, 1].into());
    let controller = Controller::of(&identity);
    let _ = header(bytes);
    if let Some((function, data)) = bytes.split_first().filter(|_| bytes.len() < LONGEST) {
        let judged = judge(&controller, *function, data, 0);
        let whole = answer(&[0; 7], *function, &judged.answer);
        assert!(whole.len() <= 260, "an answer fits its frame");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::{Identity, Kind as PersonaKind};

    fn ask(function: u8, data: &[u8]) -> Judged {
        let identity = Identity::new(&[3; 32], PersonaKind::Building, [10, 0, 0, 7].into());
        judge(&Controller::of(&identity), function, data, 29_000_000)
    }

    #[test]
    fn figures_are_plausible_and_bounded() {
        let temperature = ask(4, &[0, 0, 0, 1]).answer.expect("value");
        let value = u16::from_be_bytes([temperature[1], temperature[2]]);
        assert!((215..=268).contains(&value), "{value}");
        assert_eq!(ask(3, &[0, 0, 0, 125]).answer.expect("values").len(), 251);
        assert_eq!(ask(1, &[0, 0, 0, 9]).answer.expect("bits").len(), 3);
        assert_eq!(ask(3, &[0, 0, 0, 126]).answer, Err(ILLEGAL_VALUE));
        assert_eq!(ask(3, &[1, 0, 0, 1]).answer, Err(ILLEGAL_ADDRESS));
        assert_eq!(ask(3, &[0]).answer, Err(ILLEGAL_VALUE));
    }

    #[test]
    fn functions_have_their_kinds() {
        for (function, data, kind) in [
            (6, &[0, 1, 0, 2][..], Kind::Write),
            (16, &[0, 1, 0, 2], Kind::Write),
            (8, &[0, 1, 0, 0], Kind::Write),
            (8, &[0, 0, 1, 2], Kind::Probe),
            (17, &[], Kind::Probe),
            (43, &[14, 1, 0], Kind::Probe),
            (3, &[0, 0, 0, 1], Kind::Request),
            (99, &[], Kind::Probe),
        ] {
            assert_eq!(ask(function, data).kind, kind, "{function}");
        }
    }
}
