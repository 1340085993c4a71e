//! The name server against dig, nmap and rude visitors.

use crate::contacts::{Table, nothing_more, row, say};
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

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let question =
        |flags: &[u8], name: &[u8]| [b"\x12\x34", flags, b"\0\x01\0\0\0\0\0\0", name, b"\0\x10\0\x03"].concat();
    let named = |encoding: &'static encoding_rs::Encoding| {
        let name = encoding.encode("病院").0;
        let name = [&[u8::try_from(name.len()).expect("short")][..], &name, b"\x02jp\0"].concat();
        question(b"\x01\0", &name)
    };
    let zone = b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07example\x02jp\0\0\xfc\0\x01";
    let contacts = vec![
        say("an empty datagram", b"", &[Kind::Connect]),
        row("a question", question(b"\x01\0", b"\x07example\x02jp\0"), &[Kind::Probe]).detail("name", "example.jp"),
        row("the program's version", question(b"\x01\0", b"\x07version\x04bind\0"), &[Kind::Probe]).answer(b"9."),
        row("an unknown operation", question(b"\x58\0", b"\x07example\x02jp\0"), &[Kind::Probe]),
        row("a name in Shift_JIS", named(encoding_rs::SHIFT_JIS), &[Kind::Probe]).detail("name", "病院.jp"),
        row("a name in EUC-JP", named(encoding_rs::EUC_JP), &[Kind::Probe]).detail("name", "病院.jp"),
        say("a whole zone", zone, &[Kind::Request]),
        row("an update", question(b"\x28\0", b"\x07example\x02jp\0"), &[Kind::Write]),
        row("planted name", question(b"\x01\0", b"\x05files\x07example\x02jp\0"), &[Kind::Token]),
        row("a name under the planted one", question(b"\x01\0", b"\x01a\x05files\x07example\x02jp\0"), &[Kind::Token]),
        row("a name that points at itself", question(b"\x01\0", b"\xc0\x0c"), &[Kind::Malformed]),
        say("half a name", b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x20abc", &[Kind::Malformed]),
        say("half a header", b"\xde\xad\xbe\xef", &[Kind::Malformed]).answer(b""),
        row("somebody's answer", question(b"\x81\0", b"\x07example\x02jp\0"), &[Kind::Malformed]).answer(b""),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n\x00\x00", &[Kind::WrongProtocol]),
    ];
    Table { protocol: "dns", personas: &["linux-server"], contacts, check: nothing_more }
}

/// The code of each answer (RFC 1035, 4.1.1): refused, not implemented, malformed.
#[test]
fn answers_are_refusals() {
    let sensor = running();
    let question =
        |flags: &[u8], name: &[u8]| [b"\x12\x34", flags, b"\0\x01\0\0\0\0\0\0", name, b"\0\x10\0\x03"].concat();
    for (datagram, code) in [
        (question(b"\x01\0", b"\x07example\x02jp\0"), 5),
        (question(b"\x28\0", b"\x07example\x02jp\0"), 5),
        (question(b"\x58\0", b"\x07example\x02jp\0"), 4),
        (question(b"\x01\0", b"\xc0\x0c"), 1),
        (b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x20abc".to_vec(), 1),
        (b"GET / HTTP/1.0\r\n\r\n\x00\x00".to_vec(), 1),
    ] {
        let answer = sensor.ask("dns", &datagram, Duration::from_secs(20)).expect("an answer");
        assert_eq!(answer[3] & 15, code, "{}", datagram.escape_ascii());
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
