//! The time server against nmap and rude ones.

use crate::contacts::{Table, is_root, kinds, nothing_more, row, say, version_by_nmap};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn running() -> Running {
    Running::new(&[("ntp", "linux-server")])
}

fn packet(first: u8) -> Vec<u8> {
    let mut out = vec![0; 48];
    out[0] = first;
    out[40..].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
    out
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let contacts = vec![
        say("an empty datagram", b"", &[Kind::Connect]),
        row("garbage", vec![0xfe; 20], &[Kind::Malformed]),
        row("half a packet", packet(0x23)[..20].to_vec(), &[Kind::Malformed]),
        row("SIP", b"OPTIONS sip:x SIP/2.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("the time", packet(0x23), &[Kind::Probe]),
        row("the time, version 3", packet(0x1b), &[Kind::Probe]),
        row("a peer", packet(0x21), &[Kind::Probe]),
        row("an answer", packet(0x24), &[Kind::Probe]),
        row("variables", b"\x16\x02\x00\x01\0\0\0\0\0\0\0\0".to_vec(), &[Kind::Request]),
        row("monlist", b"\x17\x00\x03\x2a\0\0\0\0".to_vec(), &[Kind::Request]).detail("operation", "monlist"),
        row("monlist, padded", [&b"\x17\x00\x02\x14"[..], &[0; 40]].concat(), &[Kind::Request]),
    ];
    Table { protocol: "ntp", personas: &["linux-server"], contacts, check: nothing_more }
}

#[test]
fn the_time_is_true_and_nothing_amplifies() {
    let sensor = running();
    let answer = sensor.ask("ntp", &packet(0x23), Duration::from_secs(10)).expect("answer");
    assert_eq!((answer.len(), answer[0], answer[1], &answer[24..32]), (48, 0x24, 3, &[1, 2, 3, 4, 5, 6, 7, 8][..]));
    let seconds = u32::from_be_bytes(answer[40..44].try_into().expect("four bytes"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() + 2_208_988_800;
    assert!(now.abs_diff(seconds.into()) <= 60, "{now} {seconds}");
    for silent in [&b"\x16\x02\x00\x01\0\0\0\0\0\0\0\0"[..], b"\x17\x00\x03\x2a\0\0\0\0"] {
        assert_eq!(sensor.ask("ntp", silent, Duration::from_millis(300)), None);
    }
}

#[test]
fn nmap_is_told_the_time_and_no_more() {
    if !is_root() {
        return;
    }
    let sensor = running();
    let port = sensor.address("ntp").port().to_string();
    let output = client("nmap", &["-sU", "-Pn", "-n", "-p", &port, "--script", "+ntp-info", "127.0.0.1"]);
    assert!(said(&output).contains("receive time stamp: "), "{}", said(&output));
    let kinds = kinds(&sensor.touches(2));
    assert!(kinds.contains(&Kind::Probe) && kinds.contains(&Kind::Request), "{kinds:?}");
}

#[test]
fn nmap_names_the_server() {
    if !is_root() {
        return;
    }
    let said = version_by_nmap(&running(), "ntp", "-sU", "UDP NTPRequest");
    assert!(said.contains("NTP v4 (secondary server)"), "{said}");
}
