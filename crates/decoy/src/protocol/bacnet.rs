//! A building controller over BACnet/IP (ASHRAE 135: clause 20 encoding, 15 and 16 services, annex J the datagrams): it
//! says who it is, shows a few figures, and lets nobody change anything.

mod device;

use super::building::{Controller, minute};
use super::octets::Octets;
use super::{Responder, Serving};
use crate::text;
use crate::visit::Visit;
use device::{Device, ObjectId};
use hakutaku_model::touch::Kind;

/// Original-Unicast-NPDU (J.2.11).
const UNICAST: u8 = 0x0a;

/// The controller.
pub(super) struct Field;

/// What a datagram amounts to.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    kind: Kind,
    operation: &'static str,
    /// The object and property it is about.
    about: Option<(ObjectId, u32)>,
    answer: Option<Vec<u8>>,
}

impl Responder for Field {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let device =
                Device { controller: Controller::of(visit.identity()), host: &visit.identity().host, minute: minute() };
            let judged = judge(&device, datagram)?;
            visit.note("operation", judged.operation.as_bytes());
            if let Some(((kind, instance), property)) = judged.about {
                visit.note("object", format!("{kind}:{instance}").as_bytes());
                visit.note("property", property.to_string().as_bytes());
            }
            visit.touch(judged.kind).await.ok()?;
            judged.answer
        })
    }
}

/// Looks at a datagram; nothing if it is not BACnet.
fn judge(device: &Device<'_>, datagram: &[u8]) -> Option<Judged> {
    let mut rest = Octets(datagram);
    let (kind, function, length) = (rest.u8()?, rest.u8()?, rest.u16()?);
    // The length counts the four bytes of the header.
    if kind != 0x81 || usize::from(length) != datagram.len() {
        return None;
    }
    let result = |kind, operation, code: u16| {
        let [high, low] = code.to_be_bytes();
        Some(Judged { kind, operation, about: None, answer: Some(vec![0x81, 0, 0, 6, high, low]) })
    };
    match function {
        // This is no broadcast management device: each of its services is refused (J.2.1).
        0x00 => Some(silent(Kind::Probe, "result")),
        0x01 => result(Kind::Write, "write broadcast table", 0x10),
        0x02 => result(Kind::Request, "read broadcast table", 0x20),
        0x05 => result(Kind::Write, "register foreign device", 0x30),
        0x06 => result(Kind::Request, "read foreign devices", 0x40),
        0x08 => result(Kind::Write, "delete foreign device", 0x50),
        0x09 => result(Kind::Request, "distribute broadcast", 0x60),
        // Forwarded: the address of the first sender comes before.
        0x04 => {
            rest.take(6)?;
            network(device, rest)
        }
        0x0a | 0x0b => network(device, rest),
        _ => Some(silent(Kind::Probe, "unknown function")),
    }
}

fn silent(kind: Kind, operation: &'static str) -> Judged {
    Judged { kind, operation, about: None, answer: None }
}

/// The network layer (6.2): version, control, destination and source.
fn network(device: &Device<'_>, mut rest: Octets<'_>) -> Option<Judged> {
    if rest.u8()? != 1 {
        return None;
    }
    let control = rest.u8()?;
    // Addresses are skipped: there is no network behind this device.
    let skip = |rest: &mut Octets<'_>| -> Option<()> {
        rest.take(2)?;
        let length = rest.u8()?;
        rest.take(length.into())?;
        Some(())
    };
    if control & 0x20 != 0 {
        skip(&mut rest)?;
    }
    if control & 0x08 != 0 {
        skip(&mut rest)?;
    }
    if control & 0x20 != 0 {
        rest.u8()?;
    }
    if control & 0x80 != 0 {
        return Some(silent(Kind::Probe, "network message"));
    }
    application(device, rest)
}

/// The application layer (20.1).
fn application(device: &Device<'_>, mut rest: Octets<'_>) -> Option<Judged> {
    let first = rest.u8()?;
    match first >> 4 {
        // Confirmed request: maximum sizes, invoke id, service.
        0 => {
            rest.u8()?;
            let invoke = rest.u8()?;
            // A segmented request would need more of them: none is taken (20.1.2.4).
            if first & 8 != 0 {
                return Some(answered(Kind::Request, "segmented request", &[0x70, invoke, 4]));
            }
            let service = rest.u8()?;
            Some(confirmed(device, invoke, service, rest))
        }
        1 => {
            let service = rest.u8()?;
            unconfirmed(device, service, rest)
        }
        // Answers and errors to what was never asked.
        2..=7 => Some(silent(Kind::Probe, "answer")),
        _ => None,
    }
}

fn answered(kind: Kind, operation: &'static str, apdu: &[u8]) -> Judged {
    let length = u16::try_from(apdu.len() + 6).unwrap_or(6).to_be_bytes();
    let datagram = [&[0x81, UNICAST][..], &length, &[1, 0], apdu].concat();
    Judged { kind, operation, about: None, answer: Some(datagram) }
}

/// Confirmed services (clause 21, BACnetConfirmedServiceChoice).
fn confirmed(device: &Device<'_>, invoke: u8, service: u8, mut rest: Octets<'_>) -> Judged {
    // Error: class and code, both enumerated (20.1.7 and clause 18).
    let error = |kind, operation, class: u8, code: u8| {
        answered(kind, operation, &[0x50, invoke, service, 0x91, class, 0x91, code])
    };
    match service {
        12 => {
            let Some((object, property, index)) = target(&mut rest) else {
                // Invalid parameter data type (18.9).
                return answered(Kind::Request, "read property", &[0x60, invoke, 3]);
            };
            let object = device.resolve(object);
            let (kind, operation) = if object.0 == device::DEVICE {
                (Kind::Probe, "read device")
            } else {
                (Kind::Request, "read property")
            };
            let judged = match device.read(object, property, index) {
                Ok(value) => {
                    let mut apdu = vec![0x30, invoke, service];
                    apdu.push(0x0c);
                    apdu.extend_from_slice(&device::object_bytes(object));
                    device::context_unsigned(&mut apdu, 1, property);
                    if let Some(index) = index {
                        device::context_unsigned(&mut apdu, 2, index);
                    }
                    apdu.push(0x3e);
                    apdu.extend(value);
                    apdu.push(0x3f);
                    answered(kind, operation, &apdu)
                }
                Err((class, code)) => error(kind, operation, class, code),
            };
            Judged { about: Some((object, property)), ..judged }
        }
        15 => {
            let about = target(&mut rest).map(|(object, property, _)| (device.resolve(object), property));
            // Write access denied.
            Judged { about, ..error(Kind::Write, "write property", 2, 40) }
        }
        16 => error(Kind::Write, "write properties", 2, 40),
        7 => error(Kind::Write, "write file", 5, 5),
        8 | 9 => error(Kind::Write, "change list", 2, 40),
        10 => error(Kind::Write, "create object", 1, 23),
        11 => error(Kind::Write, "delete object", 1, 24),
        0 => error(Kind::Write, "acknowledge alarm", 5, 29),
        // Both need a password here: password failure.
        17 => error(Kind::Write, "silence device", 4, 26),
        20 => error(Kind::Write, "restart device", 4, 26),
        6 => error(Kind::Request, "read file", 5, 5),
        // Unrecognised service (18.9).
        _ => answered(Kind::Request, "unknown service", &[0x60, invoke, 9]),
    }
}

/// The object, the property and the place in it (15.5.1.1).
fn target(rest: &mut Octets<'_>) -> Option<(ObjectId, u32, Option<u32>)> {
    if rest.u8()? != 0x0c {
        return None;
    }
    let object = device::object_of(rest.u32()?);
    let property = device::read_context(rest, 1)?;
    let index = device::read_context(rest, 2);
    Some((object, property, index))
}

/// Unconfirmed services (clause 21, BACnetUnconfirmedServiceChoice).
fn unconfirmed(device: &Device<'_>, service: u8, mut rest: Octets<'_>) -> Option<Judged> {
    Some(match service {
        8 => {
            let low = device::read_context(&mut rest, 0);
            let high = device::read_context(&mut rest, 1);
            let own = device.controller.instance;
            let is_meant = low.is_none_or(|low| low <= own) && high.is_none_or(|high| own <= high);
            if is_meant { answered(Kind::Probe, "who is", &device.i_am()) } else { silent(Kind::Probe, "who is") }
        }
        7 => silent(Kind::Probe, "who has"),
        0 | 1 => silent(Kind::Probe, "i am"),
        // Sets the clock, or values of a group.
        6 | 9 | 10 => silent(Kind::Write, "set time or group"),
        _ => silent(Kind::Request, "notice"),
    })
}

/// A name from the host's, as engineers write it.
fn tidy(host: &str) -> String {
    text::bounded(&host.to_uppercase().replace('-', "_"))
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let identity = crate::persona::Identity::new(&[0; 32], crate::persona::Kind::Building, [127, 0, 0, 1].into());
    let device = Device { controller: Controller::of(&identity), host: &identity.host, minute: 0 };
    if let Some(Judged { answer: Some(answer), .. }) = judge(&device, bytes) {
        assert!(answer.len() < 160, "an answer is short");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::{Identity, Kind as PersonaKind};

    fn ask(apdu: &[u8]) -> Option<Judged> {
        let identity = Identity::new(&[3; 32], PersonaKind::Building, [10, 0, 0, 7].into());
        let device = Device { controller: Controller::of(&identity), host: &identity.host, minute: 29_000_000 };
        let length = u8::try_from(apdu.len() + 6).expect("short");
        judge(&device, &[&[0x81, 0x0a, 0, length, 1, 4][..], apdu].concat())
    }

    #[test]
    fn who_is_is_answered_within_its_range_only() {
        assert!(ask(&[0x10, 8]).expect("read").answer.is_some());
        assert!(ask(&[0x10, 8, 0x09, 0, 0x19, 9]).expect("read").answer.is_none());
    }

    #[test]
    fn services_have_their_kinds() {
        let device = [0x0c, 0x02, 0x3f, 0xff, 0xff];
        let read = [&[0, 5, 1, 12][..], &device, &[0x19, 77]].concat();
        let judged = ask(&read).expect("read");
        assert_eq!((judged.kind, judged.answer.expect("answer").get(6).copied()), (Kind::Probe, Some(0x30)));
        let point = ask(&[0, 5, 1, 12, 0x0c, 0, 0, 0, 1, 0x19, 85]).expect("read");
        assert_eq!((point.kind, point.about), (Kind::Request, Some(((0, 1), 85))));
        let write = ask(&[0, 5, 1, 15, 0x0c, 0, 0, 0, 1, 0x19, 85, 0x3e, 0x44, 0, 0, 0, 0, 0x3f]).expect("read");
        assert_eq!((write.kind, write.about), (Kind::Write, Some(((0, 1), 85))));
        assert_eq!(ask(&[0, 5, 1, 20, 0x09, 0]).expect("read").kind, Kind::Write);
        assert_eq!(ask(&[0, 5, 1, 14]).expect("read").kind, Kind::Request);
        assert_eq!(ask(&[]), None);
    }
}
