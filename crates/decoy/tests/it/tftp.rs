//! The server of start-up files against curl and rude ones.

use crate::contacts::{Table, is_root, nothing_more, row, say, version_by_nmap};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::time::Duration;

fn running() -> Running {
    Running::new(&[("tftp", "linux-server")])
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let named = |encoding: &'static encoding_rs::Encoding| {
        [b"\x00\x01", &encoding.encode("設定.cfg").0[..], b"\0octet\0"].concat()
    };
    let contacts = vec![
        say("an empty datagram", b"", &[Kind::Connect]),
        row("garbage", vec![0xfe; 100], &[Kind::Malformed]),
        row("half a request", b"\x00\x01boot".to_vec(), &[Kind::Malformed]),
        row("an unknown mode", b"\x00\x01boot\0gzip\0".to_vec(), &[Kind::Malformed]),
        row("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("an unknown operation", b"\x00\x00\x10\x00\x00\x00".to_vec(), &[Kind::Malformed]),
        row("an error", b"\x00\x05\x00\x00no\0".to_vec(), &[Kind::Probe]),
        row("a stray acknowledgement", b"\x00\x04\x00\x01".to_vec(), &[Kind::Probe]),
        row("a file", b"\x00\x01/startup-config\0netascii\0".to_vec(), &[Kind::Request])
            .detail("path", "/startup-config"),
        row("a file outside", b"\x00\x01../../etc/passwd\0octet\0".to_vec(), &[Kind::Request]),
        row("a file with options", b"\x00\x01x\0octet\0blksize\x001428\0tsize\x000\0".to_vec(), &[Kind::Request]),
        row("a file to keep", b"\x00\x02fw.bin\0octet\0".to_vec(), &[Kind::Write]),
        row("Shift_JIS", named(encoding_rs::SHIFT_JIS), &[Kind::Request]).detail("path", "設定.cfg"),
        row("EUC-JP", named(encoding_rs::EUC_JP), &[Kind::Request]).detail("path", "設定.cfg"),
        row("UTF-8", named(encoding_rs::UTF_8), &[Kind::Request]).detail("path", "設定.cfg"),
    ];
    Table { protocol: "tftp", personas: &["linux-server"], contacts, check: nothing_more }
}

#[test]
fn files_are_not_found_and_not_taken() {
    let sensor = running();
    let ask = |bytes: &[u8]| sensor.ask("tftp", bytes, Duration::from_secs(10)).expect("answer");
    assert_eq!(ask(b"\x00\x01boot.cfg\0octet\0"), b"\x00\x05\x00\x01File not found\0");
    assert_eq!(ask(b"\x00\x01../boot.cfg\0octet\0"), b"\x00\x05\x00\x02Access violation\0");
    assert_eq!(ask(b"\x00\x02boot.cfg\0octet\0"), b"\x00\x05\x00\x02Access violation\0");
}

#[test]
fn an_error_is_not_answered_with_an_error() {
    let sensor = running();
    assert_eq!(sensor.ask("tftp", b"\x00\x05\x00\x00no\0", Duration::from_millis(300)), None);
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
}

#[test]
fn curl_is_told_so() {
    let sensor = running();
    let url = format!("tftp://{}/backup/router.cfg", sensor.address("tftp"));
    let output = client("curl", &["-sS", &url]);
    // "File not found on TFTP server."
    assert_eq!(output.status.code(), Some(68), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.detail["path"].as_str()), (Kind::Request, "backup/router.cfg"));
}

#[test]
fn nmap_names_the_protocol() {
    if !is_root() {
        return;
    }
    let sensor = running();
    let said = version_by_nmap(&sensor, "tftp", "-sU", "UDP DNSStatusRequest");
    assert!(said.contains("tftp"), "{said}");
}
