//! FTP against curl, ftp, hydra, nmap and rude visitors.

use crate::contacts::{Table, row, say};
use crate::script::{passwords, talk};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};

fn port(sensor: &Running) -> String {
    sensor.address("ftp").port().to_string()
}

/// What leaves which touches, whatever the machine.
pub(crate) fn table() -> Table {
    let (sjis, euc) = (encoding_rs::SHIFT_JIS.encode("医事課").0, encoding_rs::EUC_JP.encode("医事課").0);
    let named = |user: &[u8]| [b"USER ", user, b"\r\nPASS x\r\n"].concat();
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b"220 "),
        say("half a sign-in", b"USER admin\r\n", &[Kind::Handshake]).detail("asked_as", "admin"),
        say("sign-in whose last line has no end", b"USER admin\r\nPASS adm", &[Kind::SignIn]),
        say("a goodbye", b"QUIT\r\n", &[Kind::Handshake]),
        say("features", b"FEAT\r\nQUIT\r\n", &[Kind::Probe]),
        say("TLS asked", b"AUTH TLS\r\n", &[Kind::Probe]),
        say("system, help and features", b"SYST\r\nHELP\r\nFEAT\r\n", &[Kind::Probe]),
        say("a file", b"RETR /etc/passwd\r\n", &[Kind::Request]),
        say("a file to keep", b"STOR evil.exe\r\n", &[Kind::Write]),
        say("sign-in", b"USER admin\r\nPASS admin\r\nQUIT\r\n", &[Kind::SignIn]).user("admin").answer(b"530 "),
        say("sign-in as anonymous, then a listing", b"USER anonymous\r\nPASS a@b\r\nLIST\r\n", &[Kind::SignIn]),
        row("three guesses", named(b"root").repeat(3), &[Kind::SignIn; 3]).user("root"),
        say("a password without a name", b"PASS early\r\n", &[Kind::Handshake]).answer(b"503 "),
        row("sign-in in UTF-8, Japanese", named("医事課".as_bytes()), &[Kind::SignIn]).user("医事課"),
        row("sign-in in Shift_JIS", named(&sjis), &[Kind::SignIn]).user("医事課").detail("user_encoding", "Shift_JIS"),
        row("sign-in in EUC-JP", named(&euc), &[Kind::SignIn]).user("医事課").detail("user_encoding", "EUC-JP"),
        say("planted credential", b"USER hoshu\r\nPASS Ringo2024\r\n", &[Kind::Token]),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-x\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\r\n", &[Kind::Malformed]),
        row("a line without end", vec![b'A'; 20_000], &[Kind::Malformed]),
    ];
    let personas = &["linux-server", "nas", "windows-server", "printer"];
    Table { protocol: "ftp", personas, contacts, check }
}

fn check(name: &str, touches: &[SignedTouch]) {
    // Who signed in is named once.
    let twice =
        touches.iter().any(|signed| signed.touch.user.is_some() && signed.touch.detail.contains_key("asked_as"));
    assert!(!twice, "{name}: {touches:#?}");
}

#[test]
fn a_password_without_a_name_is_no_try_and_the_third_is_the_last() {
    let sensor = Running::new(&[("ftp", "linux-server")]);
    let mut stream = sensor.connect("ftp");
    let mut steps: Vec<(&[u8], &[u8])> = vec![(b"220 ", b"PASS early\r\n"), (b"503 ", b"")];
    for _ in 0..3 {
        steps.push((b"", b"USER root\r\n"));
        steps.push((b"331 ", b"PASS toor\r\n"));
        steps.push((b"530 Login incorrect.\r\n", b""));
    }
    talk(&mut stream, &steps, true);
    let touches = sensor.touches(3);
    assert_eq!(touches.len(), 3);
    assert!(
        touches.iter().all(|signed| signed.touch.kind == Kind::SignIn && signed.touch.user.as_deref() == Some("root"))
    );
}

#[test]
fn curl_is_refused_with_one_touch() {
    let sensor = Running::new(&[("ftp", "nas")]);
    let address = format!("ftp://127.0.0.1:{}/backup/", port(&sensor));
    let output = client("curl", &["-sS", "--user", "backup:secret", &address]);
    assert_eq!(output.status.code(), Some(67), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("backup")));
    let sensor = Running::new(&[("ftp", "linux-server")]);
    let address = format!("ftp://127.0.0.1:{}/", port(&sensor));
    let output = client("curl", &["-sS", &address]);
    assert_eq!(output.status.code(), Some(67), "{}", said(&output));
    assert_eq!(sensor.only().touch.user.as_deref(), Some("anonymous"));
    // TLS is refused as where it is not configured; curl goes on in clear if it may.
    let sensor = Running::new(&[("ftp", "linux-server")]);
    let address = format!("ftp://127.0.0.1:{}/", port(&sensor));
    let output = client("curl", &["-sS", "--ssl-reqd", &address]);
    assert_eq!(output.status.code(), Some(64), "{}", said(&output));
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
}

#[test]
fn hydra_leaves_one_touch_for_each_guess() {
    for persona in ["linux-server", "nas", "windows-server"] {
        let sensor = Running::new(&[("ftp", persona)]);
        let file = passwords(10);
        let path = file.path().to_string_lossy().into_owned();
        let target = format!("ftp://127.0.0.1:{}", port(&sensor));
        let output = client("hydra", &["-l", "admin", "-P", &path, "-t", "2", "-I", &target]);
        assert!(said(&output).contains("0 valid password"), "{persona}: {}", said(&output));
        let touches = sensor.touches(10);
        let tries: Vec<_> = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).collect();
        let different: std::collections::BTreeSet<_> = tries.iter().map(|signed| &signed.touch.secret_hash).collect();
        assert_eq!((tries.len(), different.len()), (10, 10), "{persona}: {touches:#?}");
    }
}

#[test]
fn nmap_names_the_product_and_leaves_one_touch() {
    for (persona, product) in [("linux-server", "vsftpd"), ("nas", "ProFTPD"), ("windows-server", "Microsoft ftpd")] {
        let sensor = Running::new(&[("ftp", persona)]);
        let output = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port(&sensor), "127.0.0.1"]));
        assert!(output.contains(product), "{output}");
        assert_eq!(sensor.only().touch.kind, Kind::Connect);
    }
}
