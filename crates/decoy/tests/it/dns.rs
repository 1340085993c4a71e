//! The name server against dig, nmap and rude visitors.

use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};
use std::time::Duration;

const TOKEN: &str = "[[token]]\nname = \"the bait in the notes\"\nkind = \"dns\"\nvalue = \"files.example.jp\"\n";

fn running() -> Running {
    Running::with(&[("dns", "linux-server")], TOKEN)
}

fn dig(sensor: &Running, arguments: &[&str]) -> String {
    let port = sensor.address("dns").port().to_string();
    let mut all = vec!["@127.0.0.1", "-p", &port, "+tries=1", "+time=10"];
    all.extend(arguments);
    said(&client("dig", &all))
}

fn detail<'a>(signed: &'a SignedTouch, key: &str) -> &'a str {
    signed.touch.detail.get(key).map_or("", String::as_str)
}

#[test]
fn a_name_that_exists_only_to_be_asked_for_is_a_token() {
    for name in ["files.example.jp", "FILES.example.JP", "who-42.files.example.jp"] {
        let sensor = running();
        let output = dig(&sensor, &[name, "A"]);
        assert!(output.contains("NXDOMAIN"), "{output}");
        let signed = sensor.only();
        assert_eq!(signed.touch.kind, Kind::Token);
        assert_eq!(
            (detail(&signed, "token"), detail(&signed, "name"), detail(&signed, "type")),
            ("the bait in the notes", name, "A")
        );
    }
}

#[test]
fn every_other_question_is_refused_and_leaves_one_touch_of_its_kind() {
    for (arguments, kind, name) in [
        (&["www.example.jp", "AAAA"][..], Kind::Probe, "www.example.jp"),
        (&["-x", "10.0.0.5"], Kind::Probe, "5.0.0.10.in-addr.arpa"),
        (&["example.jp", "ANY", "+notcp"], Kind::Probe, "example.jp"),
    ] {
        let sensor = running();
        let output = dig(&sensor, arguments);
        assert!(output.contains("REFUSED"), "{output}");
        let signed = sensor.only();
        assert_eq!((signed.touch.kind, detail(&signed, "name")), (kind, name));
    }
}

#[test]
fn datagrams_of_all_kinds_leave_one_touch_each() {
    let question =
        |flags: &[u8], name: &[u8]| [b"\x12\x34", flags, b"\0\x01\0\0\0\0\0\0", name, b"\0\x10\0\x03"].concat();
    let sjis = encoding_rs::SHIFT_JIS.encode("病院").0;
    let name = [&[u8::try_from(sjis.len()).expect("short")][..], &sjis, b"\x02jp\0"].concat();
    for (datagram, kind, answer) in [
        (question(b"\x01\0", &name), Kind::Probe, Some(5)),
        // A whole zone, an update of one, and an operation nobody knows.
        (b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07example\x02jp\0\0\xfc\0\x01".to_vec(), Kind::Request, Some(5)),
        (question(b"\x28\0", b"\x07example\x02jp\0"), Kind::Write, Some(5)),
        (question(b"\x58\0", b"\x07example\x02jp\0"), Kind::Probe, Some(4)),
        // A name that points at itself, one that is cut, and half a header.
        (question(b"\x01\0", b"\xc0\x0c"), Kind::Malformed, Some(1)),
        (b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x20abc".to_vec(), Kind::Malformed, Some(1)),
        (b"\xde\xad\xbe\xef".to_vec(), Kind::Malformed, None),
        // Somebody's answer.
        (question(b"\x81\0", b"\x07example\x02jp\0"), Kind::Malformed, None),
        (b"GET / HTTP/1.0\r\n\r\n\x00\x00".to_vec(), Kind::WrongProtocol, Some(1)),
    ] {
        let sensor = running();
        let got = sensor.ask("dns", &datagram, Duration::from_secs(if answer.is_some() { 20 } else { 1 }));
        assert_eq!(got.as_ref().map(|bytes| bytes[3] & 15), answer, "{}", datagram.escape_ascii());
        let signed = sensor.only();
        assert_eq!(signed.touch.kind, kind, "{}", datagram.escape_ascii());
        if answer == Some(5) && kind == Kind::Probe {
            assert_eq!(detail(&signed, "name"), "病院.jp");
        }
    }
}

#[test]
fn the_programs_version_is_told_as_such_servers_tell_it() {
    let sensor = running();
    let output = dig(&sensor, &["version.bind", "TXT", "CH", "+short"]);
    assert!(output.contains("\"9."), "{output}");
    let signed = sensor.only();
    assert_eq!((signed.touch.kind, detail(&signed, "name")), (Kind::Probe, "version.bind"));
    let port = sensor.address("dns").port().to_string();
    let output = said(&client("nmap", &["-sU", "-sV", "-Pn", "-n", "-p", &port, "127.0.0.1"]));
    assert!(output.contains("ISC BIND"), "{output}");
}
