//! Tables of contacts: what a visitor does, and the touches it must leave.

use crate::sensor::{Running, client, said};
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

/// What `nmap -sV` says of a decoy, asked with one of its probes alone: all of them on an unusual port would take a minute.
pub(crate) fn version_by_nmap(sensor: &Running, protocol: &str, scan: &str, probe: &str) -> String {
    let all = std::fs::read("/usr/share/nmap/nmap-service-probes").expect("nmap's probes");
    let all = String::from_utf8_lossy(&all);
    let start = all.find(&format!("\nProbe {probe} ")).expect("a probe of this name") + 1;
    let length = all[start + 1..].find("\nProbe ").map_or(all.len() - start, |at| at + 1);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("probes");
    // A fallback would name a probe that is not in this file.
    let section: Vec<&str> = all[start..start + length].lines().filter(|line| !line.starts_with("fallback ")).collect();
    std::fs::write(&file, section.join("\n")).expect("written");
    let (port, file) = (sensor.address(protocol).port().to_string(), file.to_str().expect("path").to_owned());
    said(&client("nmap", &[scan, "-Pn", "-n", "-sV", "--versiondb", &file, "-p", &port, "127.0.0.1"]))
}

/// Whether the tests may send raw packets (scans with datagrams).
pub(crate) fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}
