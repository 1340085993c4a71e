//! The MS SQL decoy: real clients before a locked door, and what every contact leaves.

use crate::contacts::{Table, by, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use crate::smb::{NTLM_NEGOTIATE, ntlm_authenticate};
use hakutaku_model::touch::Kind;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

fn running() -> Running {
    Running::with(&[("mssql", "database")], "[secrets]\nkeep = \"clear\"\n")
}

fn packet(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 8).expect("short").to_be_bytes();
    [&[kind, 1, length[0], length[1], 0, 0, 1, 0][..], data].concat()
}

/// A PRELOGIN that wants this encryption.
fn prelogin(encryption: u8) -> Vec<u8> {
    packet(0x12, &[&b"\0\0\x0b\0\x06\x01\0\x11\0\x01\xff\x0f\0\x07\xd0\0\0"[..], &[encryption]].concat())
}

fn login7(user: &str, password: &str, sspi: &[u8]) -> Vec<u8> {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let hidden: Vec<u8> = utf16(password).iter().map(|byte| byte.rotate_left(4) ^ 0xa5).collect();
    let mut data = vec![0; 94];
    data[4..8].copy_from_slice(&0x7400_0004u32.to_le_bytes());
    if !sspi.is_empty() {
        data[25] = 0x80;
    }
    for (field, value, unit) in [
        (36, utf16("PC01"), 2),
        (40, utf16(user), 2),
        (44, hidden, 2),
        (48, utf16("報告書"), 2),
        (78, sspi.to_vec(), 1),
    ] {
        let at = u16::try_from(data.len()).expect("short").to_le_bytes();
        let length = u16::try_from(value.len() / unit).expect("short").to_le_bytes();
        data[field..field + 4].copy_from_slice(&[at, length].concat());
        data.extend(value);
    }
    packet(0x10, &data)
}

fn answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 8];
    stream.read_exact(&mut head).expect("head");
    let mut data = vec![0; usize::from(u16::from_be_bytes([head[2], head[3]])) - 8];
    stream.read_exact(&mut data).expect("data");
    data
}

#[test]
fn tsql_fails_at_the_password_in_clear_and_through_tls() {
    for encryption in ["off", "request", "require"] {
        let sensor = running();
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("freetds.conf");
        let port = sensor.address("mssql").port();
        let text = format!("[server]\nhost = 127.0.0.1\nport = {port}\ntds version = 7.4\nencryption = {encryption}\n");
        std::fs::write(&file, text).expect("written");
        let configuration = file.to_str().expect("a path");
        let arguments = ["-I", configuration, "-S", "server", "-U", "sa", "-P", "Winter2026!"];
        let said = said(&client("tsql", &arguments));
        assert!(said.contains("18456") && said.contains("Login failed for user 'sa'."), "{encryption}: {said}");
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("sa")), "{encryption}");
        assert_eq!(touch.detail["secret"], "Winter2026!");
        assert_eq!(touch.detail.contains_key("tls"), encryption != "off", "{encryption}");
    }
}

#[test]
fn hydra_leaves_one_touch_for_each_try() {
    let sensor = running();
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("words");
    std::fs::write(&file, "one\ntwo\nthree\nfour\n").expect("written");
    let port = sensor.address("mssql").port().to_string();
    let words = file.to_str().expect("a path");
    client("hydra", &["-I", "-t", "2", "-l", "sa", "-P", words, "-s", &port, "127.0.0.1", "mssql"]);
    let mut tried: Vec<String> = sensor
        .touches(4)
        .into_iter()
        .filter(|signed| signed.touch.kind == Kind::SignIn)
        .map(|signed| signed.touch.detail["secret"].clone())
        .collect();
    tried.sort();
    assert_eq!(tried, ["four", "one", "three", "two"]);
}

#[test]
fn nmap_names_the_product() {
    let sensor = running();
    let port = sensor.address("mssql").port().to_string();
    let said = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port, "--version-all", "127.0.0.1"]));
    assert!(said.contains("Microsoft SQL Server 201"), "{said}");
    assert!(sensor.touches(1).iter().any(|signed| signed.touch.kind == Kind::Probe));
}

#[test]
fn integrated_sign_in_gives_the_names_of_the_machine_and_one_touch() {
    let sensor = running();
    integrated(&sensor);
    assert_eq!(sensor.only().touch.detail["application"], "報告書");
}

fn integrated(sensor: &Running) {
    let mut stream = sensor.connect("mssql");
    stream.write_all(&prelogin(2)).expect("sent");
    answer(&mut stream);
    stream.write_all(&login7("", "", NTLM_NEGOTIATE)).expect("sent");
    let challenge = answer(&mut stream);
    assert!(challenge.starts_with(&[0xed]) && challenge[3..].starts_with(b"NTLMSSP\0\x02"));
    stream.write_all(&packet(0x11, &ntlm_authenticate("管理者".as_bytes(), 2))).expect("sent");
    let error = answer(&mut stream);
    assert_eq!((error[0], &error[3..7]), (0xaa, &18_456u32.to_le_bytes()[..]));
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let old = |user: &[u8]| {
        let mut data = vec![0; 512];
        data[31..31 + user.len()].copy_from_slice(user);
        data[61] = u8::try_from(user.len()).expect("short");
        packet(2, &data)
    };
    let sjis = encoding_rs::SHIFT_JIS.encode("医事課").0;
    let euc = encoding_rs::EUC_JP.encode("医事課").0;
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        say("half a prelogin", b"\x12\x01\0\x34\0\0\0", &[Kind::Handshake]),
        row("half a sign-in", login7("sa", "", &[])[..60].to_vec(), &[Kind::Handshake]),
        row("prelogin, as scanners do", prelogin(2), &[Kind::Probe]),
        row("prelogin, then no TLS", [&prelogin(1)[..], b"GET / HTTP"].concat(), &[Kind::Probe]),
        row("names asked", login7("", "", NTLM_NEGOTIATE), &[Kind::Probe]),
        row("sign-in", [prelogin(2), login7("院長", "x", &[])].concat(), &[Kind::SignIn]).user("院長"),
        row("sign-in at once", login7("sa", "", &[]), &[Kind::SignIn]).user("sa"),
        row("sign-in of old", old(b"sa"), &[Kind::SignIn]).user("sa"),
        row("sign-in of old in Shift_JIS", old(&sjis), &[Kind::SignIn]).user("医事課"),
        row("sign-in of old in EUC-JP", old(&euc), &[Kind::SignIn]).user("医事課"),
        by("integrated sign-in", integrated, &[Kind::SignIn]).user("管理者").detail("domain", "HOSP"),
        row("planted credential", login7("hoshu", "Ringo2024", &[]), &[Kind::Token]).user("hoshu"),
        row("three guesses, a connection each", login7("sa", "", &[]), &[Kind::SignIn; 3]).user("sa").times(3),
        say("HTTP", b"GET / HTTP/1.1\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS at once", b"\x16\x03\x01\0\x05hello", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-Go\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\xde\xad\xbe\xef", &[Kind::Malformed]),
        row("sign-in of nothing", packet(0x10, &[0; 20]), &[Kind::Malformed]),
    ];
    Table { protocol: "mssql", personas: &["database"], contacts, check: nothing_more }
}
