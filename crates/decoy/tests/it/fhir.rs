//! The FHIR server's door.

use crate::contacts::{Table, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_model::touch::Kind;

#[test]
fn it_says_what_it_is_and_gives_nothing() {
    let sensor = Running::new(&[("fhir", "gateway")]);
    let base = format!("http://{}", sensor.address("fhir"));
    let statement: serde_json::Value =
        serde_json::from_slice(&client("curl", &["-s", &format!("{base}/fhir/metadata")]).stdout).expect("JSON");
    assert_eq!(
        (&statement["resourceType"], &statement["fhirVersion"]),
        (&"CapabilityStatement".into(), &"4.0.1".into())
    );
    assert!(statement["software"]["name"].is_string());
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
    let denied = said(&client("curl", &["-s", "-D", "-", &format!("{base}/fhir/Patient?name=%E5%B1%B1%E7%94%B0")]));
    assert!(denied.contains(" 401 ") && denied.contains("OperationOutcome"), "{denied}");
    let touch = sensor.touches(2).remove(1).touch;
    assert_eq!((touch.kind, &touch.detail["path"][..]), (Kind::Request, "/fhir/Patient?name=%E5%B1%B1%E7%94%B0"));
    assert_eq!(touch.detail["path_decoded"], "/fhir/Patient?name=山田");
}

#[test]
fn two_sites_have_two_names() {
    let ids: Vec<_> = (0..2)
        .map(|_| {
            let sensor = Running::new(&[("fhir", "gateway")]);
            let answer = sensor.say("fhir", b"GET /metadata HTTP/1.0\r\n\r\n");
            let text = String::from_utf8(answer).expect("text");
            let (_, body) = text.split_once("\r\n\r\n").expect("a body");
            serde_json::from_str::<serde_json::Value>(body).expect("JSON")["id"].to_string()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let basic = |credential: &[u8]| {
        let encoded = STANDARD.encode(credential);
        format!("GET /Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {encoded}\r\n\r\n").into_bytes()
    };
    let japanese = |encoding: &'static encoding_rs::Encoding| basic(&encoding.encode("管理者:x").0);
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("half a request", b"GET /metad", &[Kind::Handshake]),
        say("half a TLS handshake", b"\x16\x03\x01", &[Kind::Handshake]),
        say("the capabilities", b"GET /metadata HTTP/1.0\r\n\r\n", &[Kind::Probe]).answer(b" 200 "),
        say("a page that is not there", b"GET / HTTP/1.0\r\n\r\n", &[Kind::Probe]).answer(b" 404 "),
        say("a patient", b"GET /Patient/1 HTTP/1.0\r\n\r\n", &[Kind::Request]).answer(b" 401 "),
        say("all data", b"GET /fhir/$export HTTP/1.0\r\n\r\n", &[Kind::Request]).answer(b" 401 "),
        say("a file outside", b"GET /fhir/../../etc/passwd HTTP/1.0\r\n\r\n", &[Kind::Request]).answer(b" 400 "),
        say("a search", b"POST /Patient/_search HTTP/1.0\r\nContent-Length: 6\r\n\r\nname=a", &[Kind::Request])
            .answer(b" 401 "),
        say("a patient made", b"POST /Patient HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", &[Kind::Write])
            .answer(b" 401 "),
        say("a patient changed", b"PUT /Patient/1 HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", &[Kind::Write])
            .answer(b" 401 "),
        say("a patient deleted", b"DELETE /Patient/1 HTTP/1.0\r\n\r\n", &[Kind::Write]).answer(b" 401 "),
        say("sign-in by bearer", b"GET /Patient HTTP/1.0\r\nAuthorization: Bearer abc\r\n\r\n", &[Kind::SignIn])
            .answer(b" 401 "),
        row("sign-in", basic(b"a:b"), &[Kind::SignIn]).user("a").answer(b" 401 "),
        row("three guesses", basic(b"a:b").repeat(3), &[Kind::SignIn; 3]).user("a"),
        row("sign-in in Shift_JIS", japanese(encoding_rs::SHIFT_JIS), &[Kind::SignIn]).user("管理者"),
        row("sign-in in EUC-JP", japanese(encoding_rs::EUC_JP), &[Kind::SignIn]).user("管理者"),
        row("planted credential", basic(b"hoshu:Ringo2024"), &[Kind::Token]).user("hoshu"),
        say("planted address", b"GET /backup/keys.zip HTTP/1.0\r\n\r\n", &[Kind::Token]),
        say("SSH", b"SSH-2.0-x\r\n", &[Kind::WrongProtocol]).answer(b" 400 "),
        say("HL7", b"\x0bMSH|^~\\&|A\r\x1c\r", &[Kind::WrongProtocol]).answer(b" 400 "),
        say("garbage", b"\xff\xfe\xfd", &[Kind::Malformed]).answer(b" 400 "),
    ];
    Table { protocol: "fhir", personas: &["gateway"], contacts, check: nothing_more }
}

#[test]
fn tls_is_spoken_on_the_same_port() {
    let sensor = Running::new(&[("fhir", "pacs")]);
    let url = format!("https://{}/metadata", sensor.address("fhir"));
    assert!(said(&client("curl", &["-sk", &url])).contains("CapabilityStatement"));
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
}
