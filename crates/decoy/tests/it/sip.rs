//! The telephone exchange against sipsak, nmap, hydra and rude ones.

use crate::contacts::{Contact, Table, is_root, kinds, nothing_more, row, say, version_by_nmap};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::time::Duration;

fn running() -> Running {
    Running::new(&[("sip", "telephone"), ("sip-tcp", "telephone")])
}

fn request(method: &str, to: &str, more: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} sip:{to} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK7;rport\r\nFrom: <sip:100@pbx>;tag=1\r\nTo: <sip:{to}>\r\nCall-ID: c1\r\nCSeq: 1 {method}\r\nUser-Agent: friendly-scanner\r\n"
    );
    [head.as_bytes(), more, b"Content-Length: 0\r\n\r\n"].concat()
}

fn digest(user: &[u8]) -> Vec<u8> {
    [
        &b"Authorization: Digest username=\""[..],
        user,
        b"\", realm=\"asterisk\", nonce=\"1/2\", uri=\"sip:pbx\", response=\"00\"\r\n",
    ]
    .concat()
}

fn contacts() -> Vec<Contact> {
    let shift_jis = encoding_rs::SHIFT_JIS.encode("交換手").0;
    let euc = encoding_rs::EUC_JP.encode("交換手").0;
    vec![
        row("garbage", vec![0xfe; 100], &[Kind::Malformed]),
        row("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("half a request", b"OPTIONS sip:x SIP/2".to_vec(), &[Kind::Handshake]),
        row("options without fields", b"OPTIONS sip:x SIP/2.0\r\n\r\n".to_vec(), &[Kind::Probe]),
        row("options", request("OPTIONS", "100@pbx", b""), &[Kind::Probe]).detail("client", "friendly-scanner"),
        row("an unknown method", request("DANCE", "100@pbx", b""), &[Kind::Probe]),
        row("the end of no call", request("BYE", "100@pbx", b""), &[Kind::Probe]),
        row("an acknowledgement", request("ACK", "100@pbx", b""), &[Kind::Probe]),
        row("a response", b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n".to_vec(), &[Kind::Probe]),
        row("half a sign-in", request("REGISTER", "pbx", b""), &[Kind::Handshake]),
        row("sign-in", request("REGISTER", "pbx", &digest(b"100")), &[Kind::SignIn])
            .user("100")
            .detail("scheme", "digest"),
        row("sign-in in Shift_JIS", request("REGISTER", "pbx", &digest(&shift_jis)), &[Kind::SignIn]).user("交換手"),
        row("sign-in in EUC-JP", request("REGISTER", "pbx", &digest(&euc)), &[Kind::SignIn]).user("交換手"),
        row("sign-in of another scheme", request("REGISTER", "pbx", b"Authorization: Basic eDp5\r\n"), &[Kind::SignIn]),
        row("a call", request("INVITE", "00972599123456@pbx", b""), &[Kind::Request])
            .detail("number", "00972599123456"),
        row("a call with a password", request("INVITE", "00972599123456@pbx", &digest(b"100")), &[Kind::SignIn]),
        row("a message", request("MESSAGE", "100@pbx", b""), &[Kind::Request]),
    ]
}

/// What leaves which touches, over datagrams.
pub(crate) fn table() -> Table {
    let mut contacts = contacts();
    contacts.push(say("an empty datagram", b"", &[Kind::Connect]));
    let guess = request("REGISTER", "pbx", &digest(b"100"));
    contacts.push(row("three guesses, a datagram each", guess, &[Kind::SignIn; 3]).times(3));
    Table { protocol: "sip", personas: &["telephone"], contacts, check: nothing_more }
}

/// What leaves which touches, over connections.
pub(crate) fn table_over_tcp() -> Table {
    let mut contacts = contacts();
    let twice = [request("REGISTER", "pbx", b""), request("REGISTER", "pbx", &digest(b"1"))].concat().repeat(3);
    contacts.extend(vec![
        say("bare connect", b"", &[Kind::Connect]),
        row("line ends", b"\r\n\r\n".to_vec(), &[Kind::Malformed]),
        row("TLS", b"\x16\x03\x01\x00\x05abcde".to_vec(), &[Kind::WrongProtocol]),
        row("three tries", twice, &[Kind::SignIn, Kind::SignIn, Kind::SignIn]),
        row("a head without end", [&b"OPTIONS sip:"[..], &vec![b'x'; 40_000]].concat(), &[Kind::Handshake]),
        row(
            "a body of 4 GB",
            b"INVITE sip:1@x SIP/2.0\r\nContent-Length: 4000000000\r\n\r\n".to_vec(),
            &[Kind::Handshake],
        ),
    ]);
    Table { protocol: "sip-tcp", personas: &["telephone"], contacts, check: nothing_more }
}

#[test]
fn answers_are_those_of_an_exchange() {
    let sensor = running();
    let ask = |bytes: &[u8]| {
        String::from_utf8(sensor.ask("sip", bytes, Duration::from_secs(10)).expect("answer")).expect("text")
    };
    let options = ask(&request("OPTIONS", "100@pbx", b""));
    assert!(
        options.starts_with("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK7;rport="),
        "{options}"
    );
    assert!(options.contains("\r\nServer: Asterisk PBX ") || options.contains("\r\nServer: FPBX-"), "{options}");
    let register = ask(&request("REGISTER", "pbx", b""));
    assert!(register.starts_with("SIP/2.0 401 Unauthorized\r\n"), "{register}");
    assert!(register.contains("\r\nWWW-Authenticate: Digest realm=\"asterisk\",nonce=\""), "{register}");
    assert!(ask(&request("REGISTER", "pbx", &digest(b"100"))).starts_with("SIP/2.0 403 Forbidden\r\n"));
    let short = b"OPTIONS sip:x SIP/2.0\r\n\r\n";
    assert_eq!(sensor.ask("sip", short, Duration::from_millis(300)), None, "it would be many times longer");
    let asked = request("INVITE", "1@pbx", b"");
    assert!(ask(&asked).len() < asked.len() * 3);
}

#[test]
fn sipsak_is_told_who_answers_and_refused() {
    let sensor = running();
    let port = sensor.address("sip").port();
    let output = client("sipsak", &["-vv", "-s", &format!("sip:100@127.0.0.1:{port}")]);
    assert!(output.status.success() && said(&output).contains("200 OK"), "{}", said(&output));
    assert_eq!(sensor.touches(1).last().map(|signed| signed.touch.kind), Some(Kind::Probe));
    let output = client(
        "sipsak",
        &["-U", "-C", "sip:a@127.0.0.1", "-a", "secret", "-u", "100", "-s", &format!("sip:100@127.0.0.1:{port}")],
    );
    assert!(!output.status.success(), "{}", said(&output));
    let kinds = kinds(&sensor.touches(3));
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::SignIn).count(), 1, "{kinds:?}");
}

#[test]
fn nmap_names_the_exchange() {
    let sensor = running();
    let said = version_by_nmap(&sensor, "sip-tcp", "-sT", "TCP SIPOptions");
    assert!(said.contains("Asterisk") && said.contains("Device: PBX"), "{said}");
    assert_eq!(kinds(&sensor.touches(2)), [Kind::Connect, Kind::Probe]);
    if is_root() {
        let again = version_by_nmap(&sensor, "sip", "-sU", "UDP SIPOptions");
        assert!(again.contains("Asterisk") && again.contains("Device: PBX"), "{again}");
    }
}

#[test]
fn every_guess_of_hydra_is_a_sign_in() {
    let sensor = running();
    let folder = tempfile::tempdir().expect("folder");
    let list = folder.path().join("list");
    std::fs::write(&list, "1234\n0000\nsecret\n").expect("written");
    let (list, port) = (list.to_str().expect("path"), sensor.address("sip").port().to_string());
    let output = client("hydra", &["-l", "100", "-P", list, "-t", "1", "-s", &port, "sip://127.0.0.1"]);
    assert!(said(&output).contains("0 valid password"), "{}", said(&output));
    // Each guess is two datagrams: one for the challenge, one with its answer.
    let kinds = kinds(&sensor.touches(6));
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::SignIn).count(), 3, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Handshake).count(), 3, "{kinds:?}");
}
