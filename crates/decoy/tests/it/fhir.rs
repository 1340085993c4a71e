//! The FHIR server's door.

use crate::sensor::{Running, client, said};
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

#[test]
fn every_contact_leaves_exactly_one_touch() {
    let table: &[(&[u8], Kind, &str)] = &[
        (b"", Kind::Connect, ""),
        (b"GET /metad", Kind::Handshake, ""),
        (b"GET /metadata HTTP/1.0\r\n\r\n", Kind::Probe, " 200 "),
        (b"GET / HTTP/1.0\r\n\r\n", Kind::Probe, " 404 "),
        (b"GET /Patient/1 HTTP/1.0\r\n\r\n", Kind::Request, " 401 "),
        (b"GET /fhir/$export HTTP/1.0\r\n\r\n", Kind::Request, " 401 "),
        (b"GET /fhir/../../etc/passwd HTTP/1.0\r\n\r\n", Kind::Request, " 400 "),
        (b"POST /Patient/_search HTTP/1.0\r\nContent-Length: 6\r\n\r\nname=a", Kind::Request, " 401 "),
        (b"POST /Patient HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", Kind::Write, " 401 "),
        (b"PUT /Patient/1 HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", Kind::Write, " 401 "),
        (b"DELETE /Patient/1 HTTP/1.0\r\n\r\n", Kind::Write, " 401 "),
        (b"GET /Patient HTTP/1.0\r\nAuthorization: Bearer abc\r\n\r\n", Kind::SignIn, " 401 "),
        (b"GET /Patient HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n", Kind::SignIn, " 401 "),
        (b"\x16\x03\x01", Kind::Handshake, ""),
        (b"SSH-2.0-x\r\n", Kind::WrongProtocol, " 400 "),
        (b"\x0bMSH|^~\\&|A\r\x1c\r", Kind::WrongProtocol, " 400 "),
        (b"\xff\xfe\xfd", Kind::Malformed, " 400 "),
    ];
    for (bytes, kind, answer) in table {
        let sensor = Running::new(&[("fhir", "gateway")]);
        let answered = String::from_utf8_lossy(&sensor.say("fhir", bytes)).into_owned();
        let touch = sensor.only().touch;
        assert_eq!(touch.kind, *kind, "{}: {touch:#?}", String::from_utf8_lossy(bytes));
        assert!(answered.contains(answer), "{}: {answered}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn tls_is_spoken_on_the_same_port() {
    let sensor = Running::new(&[("fhir", "pacs")]);
    let url = format!("https://{}/metadata", sensor.address("fhir"));
    assert!(said(&client("curl", &["-sk", &url])).contains("CapabilityStatement"));
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
}
