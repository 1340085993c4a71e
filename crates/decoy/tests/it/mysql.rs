//! The MySQL decoy: real clients before a locked door, and what every contact leaves.

use crate::contacts::{Table, by, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::io::{Read as _, Write as _};

fn running(persona: &str) -> Running {
    Running::new(&[("mysql", persona)])
}

fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let [low, middle, high, _] = u32::try_from(body.len()).expect("short").to_le_bytes();
    [&[low, middle, high, number][..], body].concat()
}

/// A sign-in of today's form: protocol 41, secure connection, named plugin.
fn login(user: &[u8], response: &[u8], plugin: &[u8]) -> Vec<u8> {
    let mut body = 0x0008_8200u32.to_le_bytes().to_vec();
    body.extend([0; 28]);
    body.extend([user, &[0, u8::try_from(response.len()).expect("short")], response, plugin, &[0]].concat());
    packet(1, &body)
}

#[test]
fn the_client_fails_at_the_password_and_leaves_one_touch() {
    for (password, used, scheme) in [("Winter2026!", "YES", Some("mysql-native-password")), ("", "NO", None)] {
        let sensor = running("linux-server");
        let port = sensor.address("mysql").port().to_string();
        let password = format!("--password={password}");
        let said = said(&client("mysql", &["-h", "127.0.0.1", "-P", &port, "-u", "root", &password, "karte"]));
        let expected =
            format!("ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: {used})");
        assert!(said.contains(&expected), "{said}");
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("root")));
        assert_eq!(touch.detail.get("scheme").map(String::as_str), scheme);
        assert_eq!(touch.detail["database"], "karte");
        assert!(touch.detail.contains_key("client"), "{touch:#?}");
    }
}

#[test]
fn a_planted_credential_is_recognised_though_no_password_is_sent() {
    let planted = "[[token]]\nname = \"old configuration\"\nkind = \"credential\"\nvalue = \"emr:Ringo:2024!\"\n";
    for (password, kind) in [("--password=Ringo:2024!", Kind::Token), ("--password=Ringo", Kind::SignIn)] {
        let sensor = Running::with(&[("mysql", "database")], planted);
        let port = sensor.address("mysql").port().to_string();
        client("mysql", &["-h", "127.0.0.1", "-P", &port, "-u", "emr", password]);
        assert_eq!(sensor.only().touch.kind, kind);
    }
}

#[test]
fn hydra_leaves_one_touch_for_each_try() {
    let sensor = running("database");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("words");
    std::fs::write(&file, "one\ntwo\nthree\nfour\n").expect("written");
    let port = sensor.address("mysql").port().to_string();
    let words = file.to_str().expect("a path");
    client("hydra", &["-I", "-t", "1", "-l", "root", "-P", words, "-s", &port, "127.0.0.1", "mysql"]);
    let touches = sensor.touches(4);
    let tries = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).count();
    assert_eq!(tries, 4, "{touches:#?}");
}

#[test]
fn nmap_names_the_product_and_its_version() {
    for (persona, product) in [("linux-server", "MariaDB"), ("database", "MySQL 5.7.")] {
        let sensor = running(persona);
        let port = sensor.address("mysql").port().to_string();
        let said = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port, "127.0.0.1"]));
        assert!(said.contains(product), "{said}");
        assert!(!sensor.touches(1).is_empty());
    }
}

#[test]
fn a_client_of_another_plugin_is_asked_to_switch() {
    let sensor = running("database");
    let mut stream = sensor.connect("mysql");
    stream.write_all(&login(b"root", &[7; 32], b"caching_sha2_password")).expect("sent");
    stream.write_all(&packet(3, &[9; 20])).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("read");
    let greeting = usize::from(answer[0]) + 4;
    assert_eq!(&answer[greeting..greeting + 6], b"\x2c\0\0\x02\xfem");
    assert!(answer.windows(6).any(|window| window == b"#28000"));
    drop(stream);
    assert_eq!(sensor.only().touch.detail["scheme"], "mysql-native-password");
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let native = b"mysql_native_password";
    let sjis = encoding_rs::SHIFT_JIS.encode("管理者").0;
    let euc = encoding_rs::EUC_JP.encode("管理者").0;
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        row("sign-in", login("院長".as_bytes(), &[1; 20], native), &[Kind::SignIn]).user("院長"),
        row("sign-in in Shift_JIS", login(&sjis, &[1; 20], native), &[Kind::SignIn]).user("管理者"),
        row("sign-in in EUC-JP", login(&euc, &[1; 20], native), &[Kind::SignIn]).user("管理者"),
        row("nameless", login(b"", b"", native), &[Kind::SignIn]).user(""),
        row("three guesses, a connection each", login(b"root", &[1; 20], native), &[Kind::SignIn; 3]).times(3),
        by("planted credential", planted, &[Kind::Token]).user("hoshu"),
        row("sign-in of old", packet(1, b"\x05\x24\0\0\0root\0scramble"), &[Kind::SignIn]).user("root"),
        row("half a switch", login(b"root", &[7; 32], b"sha256_password"), &[Kind::Handshake]),
        row("half a sign-in", login(b"root", &[1; 20], native)[..38].to_vec(), &[Kind::Handshake]),
        say("HTTP", b"GET / HTTP/1.1\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS at once", b"\x16\x03\x01\0\x05hello", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-Go\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\xde\xad\xbe\xef", &[Kind::Malformed]),
        row("a packet of nothing", packet(1, &[0xff; 40]), &[Kind::Malformed]),
    ];
    Table { protocol: "mysql", personas: &["linux-server"], contacts, check: nothing_more }
}

fn planted(sensor: &Running) {
    let port = sensor.address("mysql").port().to_string();
    client("mysql", &["-h", "127.0.0.1", "-P", &port, "-u", "hoshu", "--password=Ringo2024"]);
}
