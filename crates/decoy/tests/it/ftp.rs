//! FTP against curl, ftp, hydra, nmap and rude visitors.

use crate::script::{passwords, talk};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn port(sensor: &Running) -> String {
    sensor.address("ftp").port().to_string()
}

#[test]
fn every_contact_leaves_one_touch_of_its_kind() {
    for persona in ["linux-server", "nas", "windows-server", "printer"] {
        for (bytes, kind) in [
            (&b""[..], Kind::Connect),
            (b"USER admin\r\n", Kind::Handshake),
            (b"QUIT\r\n", Kind::Handshake),
            (b"FEAT\r\nQUIT\r\n", Kind::Probe),
            (b"AUTH TLS\r\n", Kind::Probe),
            (b"SYST\r\nHELP\r\nFEAT\r\n", Kind::Probe),
            (b"RETR /etc/passwd\r\n", Kind::Request),
            (b"STOR evil.exe\r\n", Kind::Write),
            (b"USER admin\r\nPASS admin\r\nQUIT\r\n", Kind::SignIn),
            (b"USER anonymous\r\nPASS a@b\r\nLIST\r\n", Kind::SignIn),
            (b"GET / HTTP/1.0\r\n\r\n", Kind::WrongProtocol),
            (b"SSH-2.0-x\r\n", Kind::WrongProtocol),
            (b"\xde\xad\xbe\xef\r\n", Kind::Malformed),
        ] {
            let sensor = Running::new(&[("ftp", persona)]);
            let answer = sensor.say("ftp", bytes);
            assert!(answer.starts_with(b"220 "), "{persona}: {}", answer.escape_ascii());
            assert_eq!(sensor.only().touch.kind, kind, "{persona}: {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_line_without_end_is_refused() {
    let sensor = Running::new(&[("ftp", "linux-server")]);
    let answer = sensor.say("ftp", &vec![b'A'; 20_000]);
    assert!(answer.is_empty() || String::from_utf8_lossy(&answer).contains("220 "), "{}", answer.escape_ascii());
    assert_eq!(sensor.only().touch.kind, Kind::Malformed);
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
fn japanese_names_come_out_readable() {
    let (sjis, euc) = (encoding_rs::SHIFT_JIS.encode("医事課").0, encoding_rs::EUC_JP.encode("医事課").0);
    for (name, encoding) in [("医事課".as_bytes(), None), (&*sjis, Some("Shift_JIS")), (&*euc, Some("EUC-JP"))] {
        let sensor = Running::new(&[("ftp", "nas")]);
        sensor.say("ftp", &[b"USER ", name, b"\r\nPASS x\r\n"].concat());
        let touch = sensor.only().touch;
        assert_eq!(touch.user.as_deref(), Some("医事課"));
        assert_eq!(touch.detail.get("user_encoding").map(String::as_str), encoding);
    }
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
