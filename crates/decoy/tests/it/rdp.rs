//! The remote desktop: real clients before a locked door, and what every contact leaves.

use crate::contacts::{Table, by, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn running() -> Running {
    Running::new(&[("rdp", "windows-terminal")])
}

/// Asks for a connection with these security protocols.
fn request(cookie: &[u8], protocols: Option<u32>) -> Vec<u8> {
    let mut body = vec![0xe0, 0, 0, 0, 0, 0];
    if !cookie.is_empty() {
        body.extend([&b"Cookie: mstshash="[..], cookie, b"\r\n"].concat());
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
        let answer = sensor.say("rdp", &request(b"", Some(protocols)));
        assert_eq!(answer, b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0");
    }
    let answer = sensor.say("rdp", &request(b"", Some(11)));
    assert!(answer.starts_with(b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x08\0\0\0"));
    assert!(sensor.touches(3).iter().all(|signed| signed.touch.kind == Kind::Handshake));
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let hello = b"\x16\x03\x01\0\x05hello";
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        say("half a request", b"\x03\0\0\x2a\x25\xe0\0\0", &[Kind::Handshake]),
        row("a request, then gone", request(b"PC01", Some(3)), &[Kind::Handshake]).detail("cookie", "PC01"),
        row("a request in Shift_JIS", request(&encoding_rs::SHIFT_JIS.encode("受付").0, Some(3)), &[Kind::Handshake])
            .detail("cookie", "受付"),
        row("a request in EUC-JP", request(&encoding_rs::EUC_JP.encode("受付").0, Some(3)), &[Kind::Handshake])
            .detail("cookie", "受付"),
        row("a request, then no TLS", [&request(b"PC01", Some(3))[..], b"GET /"].concat(), &[Kind::Handshake]),
        row("a request, then broken TLS", [&request(b"", Some(3))[..], hello].concat(), &[Kind::Handshake]),
        row("a request without network sign-in", request(b"", Some(1)), &[Kind::Handshake]),
        row("a scanner's request", request(b"nmap", Some(3)), &[Kind::Probe]),
        row("a request of old", request(b"", None), &[Kind::Probe]),
        by("names asked, as scanners do", names, &[Kind::Connect, Kind::Probe]),
        by("sign-in", |sensor| sign_in(sensor, "管理者", "Winter2026!"), &[Kind::SignIn]).user("管理者"),
        by("planted credential", |sensor| sign_in(sensor, "hoshu", "Ringo2024"), &[Kind::Token]).user("hoshu"),
        by("three guesses, a connection each", |sensor| sign_in(sensor, "admin", "a"), &[Kind::SignIn; 3]).times(3),
        say("HTTP", b"GET / HTTP/1.1\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS at once", hello, &[Kind::WrongProtocol]),
        say("SMB", b"\0\0\0\x08\xfeSMBabcd", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef", &[Kind::Malformed]),
        say("TPKT of something else", b"\x03\0\0\x0b\x06\x10\0\0\0\0\0", &[Kind::Malformed]),
        say("a length of 65535", b"\x03\0\xff\xff\x06", &[Kind::Malformed]),
    ];
    Table { protocol: "rdp", personas: &["windows-terminal"], contacts, check: nothing_more }
}

fn sign_in(sensor: &Running, user: &str, password: &str) {
    let at = format!("/v:127.0.0.1:{}", sensor.address("rdp").port());
    let (user, password) = (format!("/u:{user}"), format!("/p:{password}"));
    client("xvfb-run", &["-a", "xfreerdp", &at, &user, "/d:KLINIK", &password, "/cert:ignore", "+auth-only"]);
}

fn names(sensor: &Running) {
    let port = sensor.address("rdp").port().to_string();
    let output = client("nmap", &["-sT", "-Pn", "-n", "-p", &port, "--script", "+rdp-ntlm-info", "127.0.0.1"]);
    assert!(said(&output).contains("DNS_Computer_Name: "), "{}", said(&output));
}
