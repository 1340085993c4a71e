//! The remote desktop: real clients before a locked door, and what every contact leaves.

use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::io::{Read as _, Write as _};

fn running() -> Running {
    Running::new(&[("rdp", "windows-terminal")])
}

/// Asks for a connection with these security protocols.
fn request(cookie: &str, protocols: Option<u32>) -> Vec<u8> {
    let mut body = vec![0xe0, 0, 0, 0, 0, 0];
    if !cookie.is_empty() {
        body.extend(format!("Cookie: mstshash={cookie}\r\n").bytes());
    }
    if let Some(protocols) = protocols {
        body.extend([1, 0, 8, 0]);
        body.extend(protocols.to_le_bytes());
    }
    let length = u8::try_from(body.len()).expect("short");
    [&[3, 0, 0, length + 5, length][..], &body].concat()
}

#[test]
fn xfreerdp_fails_at_the_password_and_leaves_one_touch() {
    let sensor = running();
    let at = format!("/v:127.0.0.1:{}", sensor.address("rdp").port());
    let arguments = ["-a", "xfreerdp", &at, "/u:院長", "/d:KLINIK", "/p:Winter2026!", "/cert:ignore", "+auth-only"];
    let said = said(&client("xvfb-run", &arguments));
    assert!(said.contains("LOGON_FAILURE"), "{said}");
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("院長")));
    assert_eq!((touch.detail["domain"].as_str(), touch.detail["scheme"].as_str()), ("KLINIK", "ntlmv2"));
    assert!(touch.detail["security"].contains("hybrid"), "{touch:#?}");
}

#[test]
fn hydra_leaves_one_touch_for_each_try() {
    let sensor = running();
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("words");
    std::fs::write(&file, "one\ntwo\nthree\n").expect("written");
    let (port, words) = (sensor.address("rdp").port().to_string(), file.to_str().expect("a path"));
    client("hydra", &["-I", "-t", "1", "-l", "admin", "-P", words, "-s", &port, "127.0.0.1", "rdp"]);
    let touches = sensor.touches(3);
    let tries = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).count();
    assert_eq!(tries, 3, "{touches:#?}");
}

#[test]
fn nmap_names_the_product_and_reads_the_names_of_the_machine() {
    let sensor = running();
    let port = sensor.address("rdp").port().to_string();
    let options = ["-sV", "-Pn", "-n", "-p", &port, "--version-all", "--script", "rdp-ntlm-info", "127.0.0.1"];
    let said = said(&client("nmap", &options));
    assert!(said.contains("Microsoft Terminal Service"), "{said}");
    for shown in ["Target_Name: HOSP", "DNS_Computer_Name: ", "Product_Version: 10.0.1904", "System_Time: "] {
        assert!(said.contains(shown), "{said}");
    }
    let touches = sensor.touches(1);
    assert!(touches.iter().any(|signed| signed.touch.kind == Kind::Probe), "{touches:#?}");
}

#[test]
fn a_request_without_network_authentication_is_refused_as_by_windows() {
    let sensor = running();
    for protocols in [0, 1] {
        let answer = sensor.say("rdp", &request("", Some(protocols)));
        assert_eq!(answer, b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0");
    }
    let answer = sensor.say("rdp", &request("", Some(11)));
    assert!(answer.starts_with(b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x08\0\0\0"));
    assert!(sensor.touches(3).iter().all(|signed| signed.touch.kind == Kind::Handshake));
}

#[test]
fn every_other_contact_leaves_one_touch_of_its_kind() {
    let hello = b"\x16\x03\x01\0\x05hello".to_vec();
    let cases: Vec<(&str, Vec<u8>, Kind)> = vec![
        ("bare", vec![], Kind::Connect),
        ("half a request", b"\x03\0\0\x2a\x25\xe0\0\0".to_vec(), Kind::Handshake),
        ("request", request("PC01", Some(3)), Kind::Handshake),
        ("request, then no TLS", [request("PC01", Some(3)), b"GET /".to_vec()].concat(), Kind::Handshake),
        ("request, then broken TLS", [request("", Some(3)), hello.clone()].concat(), Kind::Handshake),
        ("scanner", request("nmap", Some(3)), Kind::Probe),
        ("request of old", request("", None), Kind::Probe),
        ("HTTP", b"GET / HTTP/1.1\r\n\r\n".to_vec(), Kind::WrongProtocol),
        ("TLS at once", hello, Kind::WrongProtocol),
        ("SMB", b"\0\0\0\x08\xfeSMBabcd".to_vec(), Kind::WrongProtocol),
        ("garbage", b"\xde\xad\xbe\xef".to_vec(), Kind::Malformed),
        ("TPKT of something else", b"\x03\0\0\x0b\x06\x10\0\0\0\0\0".to_vec(), Kind::Malformed),
        ("TPKT too long", b"\x03\0\xff\xff\x06".to_vec(), Kind::Malformed),
    ];
    let sensor = running();
    for (index, (name, bytes, kind)) in cases.into_iter().enumerate() {
        sensor.say("rdp", &bytes);
        let touches = sensor.touches(index + 1);
        assert_eq!(touches.len(), index + 1, "{name}: {touches:#?}");
        assert_eq!(touches[index].touch.kind, kind, "{name}: {:#?}", touches[index]);
    }
}

#[test]
fn japanese_names_of_cookies_are_read() {
    let sensor = running();
    let mut stream = sensor.connect("rdp");
    let cookie = [&b"Cookie: mstshash="[..], &encoding_rs::SHIFT_JIS.encode("受付").0, b"\r\n"].concat();
    let length = u8::try_from(cookie.len() + 14).expect("short");
    let negotiation = [1, 0, 8, 0, 3, 0, 0, 0];
    let head = [3, 0, 0, length + 5, length, 0xe0, 0, 0, 0, 0, 0];
    stream.write_all(&[&head[..], &cookie, &negotiation].concat()).expect("sent");
    let mut confirm = [0; 19];
    stream.read_exact(&mut confirm).expect("confirmed");
    drop(stream);
    assert_eq!(sensor.only().touch.detail["cookie"], "受付");
}
