//! Tables of contacts: what a visitor does, and the touches it must leave.

use crate::sensor::Running;
use hakutaku_model::touch::{Kind, SignedTouch};
use std::time::Duration;

/// A contact: its name, what is sent, the kinds of the touches it leaves.
pub(crate) type Contact<'a> = (&'a str, Vec<u8>, &'a [Kind]);

/// Makes each contact over a connection of its own; gives the touches of each.
pub(crate) fn over_tcp(sensor: &Running, protocol: &str, contacts: &[Contact<'_>]) -> Vec<Vec<SignedTouch>> {
    each(sensor, protocol, contacts, |bytes| drop(sensor.say(protocol, bytes)))
}

/// Makes each contact with one datagram; gives the touches of each.
pub(crate) fn over_udp(sensor: &Running, protocol: &str, contacts: &[Contact<'_>]) -> Vec<Vec<SignedTouch>> {
    each(sensor, protocol, contacts, |bytes| drop(sensor.ask(protocol, bytes, Duration::from_millis(50))))
}

fn each(sensor: &Running, protocol: &str, contacts: &[Contact<'_>], act: impl Fn(&[u8])) -> Vec<Vec<SignedTouch>> {
    documented(protocol, contacts);
    let mut before = 0;
    contacts
        .iter()
        .map(|(name, bytes, expected)| {
            act(bytes);
            let new = sensor.touches(before + expected.len()).split_off(before);
            let kinds: Vec<Kind> = new.iter().map(|signed| signed.touch.kind).collect();
            assert_eq!(&kinds, expected, "{name}: {new:#?}");
            before += new.len();
            new
        })
        .collect()
}

/// The catalogue in the documentation has a row for each contact, and no other row of this protocol.
fn documented(protocol: &str, contacts: &[Contact<'_>]) {
    let catalogue = include_str!("../../../../docs/decoy-touches.md");
    let rows: Vec<String> = contacts
        .iter()
        .map(|(name, _, kinds)| {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.key()).collect();
            format!("| {protocol} | {name} | {} |", kinds.join(", "))
        })
        .collect();
    let written: Vec<&str> = catalogue.lines().filter(|line| line.starts_with(&format!("| {protocol} |"))).collect();
    assert_eq!(rows, written, "these rows belong into docs/decoy-touches.md:\n{}", rows.join("\n"));
}

/// The kinds of touches, sorted: what separate connections leave may be written in any order.
pub(crate) fn kinds(touches: &[SignedTouch]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = touches.iter().map(|signed| signed.touch.kind).collect();
    kinds.sort();
    kinds
}

/// Whether the tests may send raw packets (scans with datagrams).
pub(crate) fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}
