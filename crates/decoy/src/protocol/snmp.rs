//! SNMP versions 1 and 2c (RFC 1157, RFC 3416): the system group for the community that everybody knows.
//!
//! Each datagram is one touch: asking with `public` is a probe, any other community is a try to sign in (the community is
//! the secret), setting is a write. Version 3 (RFC 3412, RFC 3414): finding the engine is a probe, every user is unknown.

mod ber;
mod usm;

use super::{Responder, Serving, jetdirect};
use crate::persona::{Identity, Kind as PersonaKind, Os};
use crate::visit::{Secret, Visit};
use ber::{arcs, identifier, integer, number, put, take, take_as};
use hakutaku_model::touch::Kind;

/// Most variables of one request that are answered.
const VARIABLES: usize = 32;
/// Longest answer: whoever asks one datagram gets one, not a flood.
const ANSWER: usize = 1400;
/// `SNMPv2-MIB::system`, 1.3.6.1.2.1.1 (RFC 3418).
const SYSTEM: [u32; 7] = [1, 3, 6, 1, 2, 1, 1];

/// The agent.
pub(super) struct Snmp;

/// What a message asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Get,
    GetNext,
    GetBulk,
    Set,
    /// Response, trap, inform: nothing an agent answers.
    Other,
}

/// A message of version 1 or 2c (RFC 1157, 4; RFC 3416, 3).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message<'a> {
    version: i64,
    community: &'a [u8],
    asks: Asks,
    request: &'a [u8],
    variables: Vec<Variable<'a>>,
}

/// A name, decoded and as it came, and the value's whole element.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable<'a> {
    arcs: Vec<u32>,
    name: &'a [u8],
    value: (u8, &'a [u8]),
}

/// What a datagram is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Parsed<'a> {
    /// Version 1 or 2c.
    Message(Message<'a>),
    /// Version 3.
    Version3(usm::Message<'a>),
}

fn parse(datagram: &[u8]) -> Option<Parsed<'_>> {
    let mut outer = datagram;
    let mut message = take_as(&mut outer, 0x30)?;
    let version = integer(take_as(&mut message, 0x02)?)?;
    match version {
        0 | 1 => {}
        3 => return usm::parse(message).map(Parsed::Version3),
        _ => return None,
    }
    let community = take_as(&mut message, 0x04)?;
    let (tag, mut pdu) = take(&mut message)?;
    let asks = match tag {
        0xa0 => Asks::Get,
        0xa1 => Asks::GetNext,
        0xa3 => Asks::Set,
        0xa5 if version == 1 => Asks::GetBulk,
        0xa2 | 0xa4 | 0xa6 | 0xa7 | 0xa8 => Asks::Other,
        _ => return None,
    };
    if asks == Asks::Other {
        return Some(Parsed::Message(Message { version, community, asks, request: b"", variables: Vec::new() }));
    }
    let request = take_as(&mut pdu, 0x02).filter(|request| (1..=5).contains(&request.len()))?;
    // Error status and index, or non-repeaters and repetitions.
    take_as(&mut pdu, 0x02)?;
    take_as(&mut pdu, 0x02)?;
    let mut list = take_as(&mut pdu, 0x30)?;
    let mut variables = Vec::new();
    while !list.is_empty() && variables.len() < VARIABLES {
        let mut variable = take_as(&mut list, 0x30)?;
        let name = take_as(&mut variable, 0x06)?;
        variables.push(Variable { arcs: arcs(name)?, name, value: take(&mut variable)? });
    }
    Some(Parsed::Message(Message { version, community, asks, request, variables }))
}

/// The objects of the system group of a machine: the last arcs of each name, and its value as an element.
fn system(identity: &Identity) -> Vec<(Vec<u32>, Vec<u8>)> {
    let text = |text: &str| put(0x04, text.as_bytes());
    let object = match identity.os {
        Os::Windows { .. } => vec![1, 3, 6, 1, 4, 1, 311, 1, 1, 3, 1, 2],
        Os::Linux { .. } | Os::Embedded => vec![1, 3, 6, 1, 4, 1, 8072, 3, 2, 10],
    };
    let ticks = u32::try_from(up(identity) * 100).unwrap_or(u32::MAX);
    let place = identity.pick("snmp-place", &["Server Room", "2F", "MDF", "B1F", "Rack 3"]);
    let values = [
        text(&description(identity)),
        put(0x06, &identifier(&object)),
        put(0x43, &number(ticks)),
        text(""),
        text(&identity.host),
        text(place),
        put(0x02, &number(if identity.os == Os::Embedded { 64 } else { 72 })),
    ];
    (1u32..).zip(values).map(|(n, value)| (SYSTEM.into_iter().chain([n, 0]).collect(), value)).collect()
}

/// Seconds since it was last switched on, going on over our own restarts; at most 200 days.
fn up(identity: &Identity) -> u64 {
    let seconds = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    (seconds + identity.number("snmp-up", 0, 17_280_000)) % 17_280_000
}

/// sysDescr, as the agents of these systems build it.
fn description(identity: &Identity) -> String {
    match identity.os {
        Os::Windows { build, .. } => format!(
            "Hardware: Intel64 Family 6 Model {} Stepping 7 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build {build} \
             Multiprocessor Free)",
            identity.pick("snmp-processor", &[79, 85, 106])
        ),
        Os::Linux { kernel, .. } => {
            let build = match kernel {
                "5.10.0-28-amd64" => "#1 SMP Debian 5.10.209-2 (2024-01-31)",
                "6.1.0-25-amd64" => "#1 SMP PREEMPT_DYNAMIC Debian 6.1.106-3 (2024-08-26)",
                "5.15.0-118-generic" => "#128-Ubuntu SMP Fri Jul 5 09:28:59 UTC 2024",
                _ => "#1 SMP",
            };
            format!("Linux {} {kernel} {build} x86_64", identity.host)
        }
        Os::Embedded if identity.kind == PersonaKind::Printer => {
            format!("{}; Print Server", jetdirect::model(identity))
        }
        Os::Embedded => format!("{} Network Module Rev.{}", identity.host, identity.number("snmp-revision", 1, 9)),
    }
}

/// The answer of the agent (RFC 1157, 4.1; RFC 3416, 4.2).
fn respond(identity: &Identity, message: &Message<'_>) -> Option<Vec<u8>> {
    let objects = system(identity);
    let is_first_version = message.version == 0;
    let mut error = (0u32, 0u32);
    let mut list = Vec::new();
    for (index, variable) in (1u32..).zip(&message.variables) {
        let found = match message.asks {
            Asks::Get => objects.iter().find(|(name, _)| *name == variable.arcs),
            // One repetition of a bulk request is as many as an agent must give.
            Asks::GetNext | Asks::GetBulk => objects.iter().find(|(name, _)| *name > variable.arcs),
            Asks::Set | Asks::Other => None,
        };
        let element = match found {
            Some((name, value)) => [put(0x06, &identifier(name)), value.clone()].concat(),
            None => {
                let (tag, value) = variable.value;
                if error.0 == 0 && (is_first_version || message.asks == Asks::Set) {
                    // noSuchName; noAccess.
                    error = (if is_first_version { 2 } else { 6 }, index);
                }
                // noSuchObject, endOfMibView.
                let (tag, value) = match message.asks {
                    _ if is_first_version => (tag, value),
                    Asks::Get => (0x80, &b""[..]),
                    Asks::GetNext | Asks::GetBulk => (0x82, &b""[..]),
                    Asks::Set | Asks::Other => (tag, value),
                };
                [put(0x06, variable.name), put(tag, value)].concat()
            }
        };
        list.extend_from_slice(&put(0x30, &element));
    }
    // An error gives the variables back as they came.
    if error.0 != 0 {
        let same = |variable: &Variable<'_>| {
            put(0x30, &[put(0x06, variable.name), put(variable.value.0, variable.value.1)].concat())
        };
        list = message.variables.iter().flat_map(same).collect();
    }
    let pdu = [put(0x02, message.request), put(0x02, &number(error.0)), put(0x02, &number(error.1)), put(0x30, &list)]
        .concat();
    let version = number(u32::try_from(message.version).unwrap_or(0));
    let answer = put(0x30, &[put(0x02, &version), put(0x04, message.community), put(0xa2, &pdu)].concat());
    (answer.len() <= ANSWER).then_some(answer)
}

impl Responder for Snmp {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let message = match parse(datagram)? {
                Parsed::Message(message) => message,
                Parsed::Version3(message) => {
                    visit.note("version", b"3");
                    let done = match message.user {
                        b"" => visit.touch(Kind::Probe).await,
                        user => visit.sign_in(user, Secret::Response("usm")).await,
                    };
                    done.ok()?;
                    return usm::report(visit.identity(), &message);
                }
            };
            visit.note("version", if message.version == 0 { b"1" } else { b"2c" });
            if let Some(variable) = message.variables.first() {
                let dotted: Vec<String> = variable.arcs.iter().map(u32::to_string).collect();
                visit.note("oid", dotted.join(".").as_bytes());
            }
            let is_public = message.community == b"public";
            let secret = if is_public { Secret::None } else { Secret::Text(message.community) };
            let done = match message.asks {
                Asks::Set => visit.touch_with(Kind::Write, None, secret, &[]).await,
                Asks::Other => visit.touch_with(Kind::Request, None, secret, &[("what", b"not a request")]).await,
                Asks::Get | Asks::GetNext | Asks::GetBulk if is_public => visit.touch(Kind::Probe).await,
                Asks::Get | Asks::GetNext | Asks::GetBulk => visit.sign_in(b"", secret).await,
            };
            done.ok()?;
            // A wrong community is met with silence, as agents do.
            if is_public && message.asks != Asks::Other { respond(visit.identity(), &message) } else { None }
        })
    }
}

/// For fuzzing.
pub(super) fn fuzz(bytes: &[u8]) {
    let identity = Identity::new(&[0; 32], PersonaKind::LinuxServer, std::net::IpAddr::from([10, 0, 0, 1]));
    match parse(bytes) {
        Some(Parsed::Message(message)) => drop(respond(&identity, &message)),
        Some(Parsed::Version3(message)) => drop(usm::report(&identity, &message)),
        None => {}
    }
}

#[cfg(test)]
mod tests;
