//! The PostgreSQL decoy: real clients before a locked door, and what every contact leaves.

use crate::contacts::{Table, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn running() -> Running {
    Running::with(&[("postgresql", "linux-server")], "[secrets]\nkeep = \"clear\"\n")
}

fn message(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 4).expect("short").to_be_bytes()[..], body].concat()
}

fn start(user: &[u8]) -> Vec<u8> {
    message(&[b"\0\x03\0\0user\0", user, b"\0database\0emr\0application_name\0check\0\0"].concat())
}

fn password(password: &[u8]) -> Vec<u8> {
    [&b"p"[..], &message(&[password, b"\0"].concat())].concat()
}

#[test]
fn psql_fails_at_the_password_and_leaves_one_touch() {
    let sensor = running();
    let port = sensor.address("postgresql").port();
    let connection = format!("postgresql://postgres:Winter2026!@127.0.0.1:{port}/karte?application_name=backup");
    let said = said(&client("psql", &["-w", "-c", "select 1", &connection]));
    assert!(said.contains("FATAL:  password authentication failed for user \"postgres\""), "{said}");
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("postgres")));
    let detail = |key: &str| touch.detail.get(key).map(String::as_str);
    assert_eq!((detail("secret"), detail("database")), (Some("Winter2026!"), Some("karte")));
    assert_eq!(detail("application"), Some("backup"));
}

#[test]
fn nmap_names_the_product_and_its_version() {
    let sensor = running();
    let port = sensor.address("postgresql").port().to_string();
    let said = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port, "--version-all", "127.0.0.1"]));
    assert!(said.contains("PostgreSQL DB 1"), "{said}");
    assert!(sensor.touches(1).iter().any(|signed| signed.touch.kind == Kind::Probe));
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let tls = message(&80_877_103u32.to_be_bytes());
    let sjis = encoding_rs::SHIFT_JIS.encode("管理者").0;
    let euc = encoding_rs::EUC_JP.encode("管理者").0;
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        say("half a start-up", b"\0\0\0\x40\0\x03\0\0user", &[Kind::Handshake]),
        row("TLS asked", tls.clone(), &[Kind::Handshake]),
        row("a start-up, then gone", start(b"sa"), &[Kind::Handshake]),
        row("sign-in", [start("院長".as_bytes()), password(b"a")].concat(), &[Kind::SignIn]).user("院長"),
        row("sign-in after TLS refused", [tls, start(b"sa"), password(b"a")].concat(), &[Kind::SignIn]).user("sa"),
        row("sign-in in Shift_JIS", [start(&sjis), password(b"a")].concat(), &[Kind::SignIn]).user("管理者"),
        row("sign-in in EUC-JP", [start(&euc), password(b"a")].concat(), &[Kind::SignIn]).user("管理者"),
        row("planted credential", [start(b"hoshu"), password(b"Ringo2024")].concat(), &[Kind::Token]).user("hoshu"),
        row("no password", [start(b"sa"), password(b"")].concat(), &[Kind::SignIn]).user("sa"),
        row("three guesses, a connection each", [start(b"sa"), password(b"a")].concat(), &[Kind::SignIn; 3]).times(3),
        row("no user", message(b"\0\x03\0\0\0"), &[Kind::Probe]),
        row("SMB as scanners send it", message(&[&b"\xffSMBr"[..], &[0; 60]].concat()), &[Kind::Probe]),
        row("version of old", message(b"\0\x02\0\0abc"), &[Kind::Probe]),
        row("cancel", message(b"\x04\xd2\x16\x2e\0\0\0\x01\0\0\0\x02"), &[Kind::Handshake]),
        say("HTTP", b"GET / HTTP/1.1\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS at once", b"\x16\x03\x01\0\x05hello", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-Go\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\xde\xad\xbe\xef", &[Kind::Malformed]),
        row("version of nothing", message(b"\x77\x77\x77\x77abc"), &[Kind::Malformed]),
    ];
    Table { protocol: "postgresql", personas: &["linux-server"], contacts, check: nothing_more }
}
