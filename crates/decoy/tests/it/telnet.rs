//! Telnet against the real client, hydra, nmap and rude visitors.

use crate::contacts::{Table, nothing_more, row, say};
use crate::script::{passwords, talk};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

/// Agrees to nothing: DON'T and WON'T to what is asked first.
const ANSWERS: &[u8] = b"\xff\xfc\x18\xff\xfc\x20\xff\xfc\x23\xff\xfc\x27";

fn port(sensor: &Running) -> String {
    sensor.address("telnet").port().to_string()
}

/// What leaves which touches, whatever the machine.
pub(crate) fn table() -> Table {
    let (sjis, euc) = (encoding_rs::SHIFT_JIS.encode("検査室").0, encoding_rs::EUC_JP.encode("検査室").0);
    let named = |user: &[u8]| [user, b"\r\npassword\r\n"].concat();
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b"\xff\xfd"),
        say("half a negotiation", b"\xff\xfc\x18\xff\xfc\x20", &[Kind::Handshake]),
        say("negotiation and a name, then gone", b"\xff\xfc\x18admin\r\n", &[Kind::Handshake]),
        say("half a sign-in", b"admin\r\n", &[Kind::Handshake]).detail("asked_as", "admin"),
        say("half a name", b"half a na", &[Kind::Malformed]),
        say("line ends, as scanners send them", b"\r\n\r\n", &[Kind::Handshake]),
        say("sign-in", b"admin\r\nadmin\r\n", &[Kind::SignIn]).user("admin"),
        row("three guesses", named(b"root").repeat(3), &[Kind::SignIn; 3]).user("root"),
        row("sign-in in UTF-8, Japanese", named("検査室".as_bytes()), &[Kind::SignIn]).user("検査室"),
        row("sign-in in Shift_JIS", named(&sjis), &[Kind::SignIn]).user("検査室").detail("user_encoding", "Shift_JIS"),
        row("sign-in in EUC-JP", named(&euc), &[Kind::SignIn]).user("検査室").detail("user_encoding", "EUC-JP"),
        say("planted credential", b"hoshu\r\nRingo2024\r\n", &[Kind::Token]),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-x\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\x01\x02\x03\x04\r\n", &[Kind::Malformed]),
    ];
    let personas = &["linux-server", "printer", "windows-terminal"];
    Table { protocol: "telnet", personas, contacts, check: nothing_more }
}

#[test]
fn each_try_is_a_touch_and_after_five_the_line_is_cut() {
    let sensor = Running::new(&[("telnet", "linux-server")]);
    let mut stream = sensor.connect("telnet");
    let mut steps: Vec<(&[u8], &[u8])> = vec![(b"", ANSWERS)];
    for _ in 0..5 {
        steps.push((b"login: ", b"root\r\n"));
        steps.push((b"Password: ", b"letmein\r\0"));
    }
    let all = talk(&mut stream, &steps, true);
    let text = String::from_utf8_lossy(&all);
    assert!(text.contains("Maximum number of tries exceeded"), "{text}");
    let tries = sensor.touches(5);
    assert!(
        tries.iter().all(|signed| signed.touch.kind == Kind::SignIn && signed.touch.user.as_deref() == Some("root"))
    );
    assert_eq!(tries.len(), 5);
    // The password is asked for and not shown.
    assert!(text.contains("root") && !text.contains("letmein"), "{text}");
}

#[test]
fn variables_of_the_environment_that_open_other_servers_are_kept() {
    let sensor = Running::new(&[("telnet", "linux-server")]);
    let mut stream = sensor.connect("telnet");
    let steps: [(&[u8], &[u8]); 2] = [
        (b"", b"\xff\xfb\x18\xff\xfc\x20\xff\xfc\x23\xff\xfb\x27"),
        (b"\xff\xfa\x27\x01\xff\xf0", b"\xff\xfa\x18\x00xterm\xff\xf0\xff\xfa\x27\x00\x00USER\x01-f root\xff\xf0"),
    ];
    talk(&mut stream, &steps, false);
    stream.shutdown(std::net::Shutdown::Write).expect("shut");
    talk(&mut stream, &[], true);
    drop(stream);
    let touch = sensor.only().touch;
    assert_eq!(touch.kind, Kind::Handshake);
    assert_eq!((touch.detail["terminal"].as_str(), touch.detail["environment"].as_str()), ("xterm", "USER=-f root"));
}

#[test]
fn the_real_client_meets_a_locked_door() {
    let sensor = Running::new(&[("telnet", "linux-server")]);
    let mut child = Command::new("timeout")
        .args(["60", "telnet", "127.0.0.1", &port(&sensor)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("telnet");
    let (mut input, mut output) = (child.stdin.take().expect("input"), child.stdout.take().expect("output"));
    let mut all = Vec::new();
    for (awaited, typed) in [("login: ", "admin\n"), ("Password: ", "secret\n"), ("Login incorrect", "")] {
        while !String::from_utf8_lossy(&all).contains(awaited) {
            let mut buffer = [0; 256];
            let count = output.read(&mut buffer).expect("read");
            assert!(count > 0, "{}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&buffer[..count]);
        }
        input.write_all(typed.as_bytes()).expect("typed");
    }
    drop(input);
    child.kill().expect("stopped");
    child.wait().expect("ended");
    drop(output);
    let touches = sensor.touches(1);
    assert_eq!(touches.len(), 1);
    assert_eq!((touches[0].touch.kind, touches[0].touch.user.as_deref()), (Kind::SignIn, Some("admin")));
}

#[test]
fn hydra_ends_and_leaves_one_touch_for_each_guess() {
    for persona in ["linux-server", "printer"] {
        let sensor = Running::new(&[("telnet", persona)]);
        let file = passwords(10);
        let path = file.path().to_string_lossy().into_owned();
        let target = format!("telnet://127.0.0.1:{}", port(&sensor));
        let output = client("hydra", &["-l", "admin", "-P", &path, "-t", "1", "-I", "-d", &target]);
        let text = said(&output);
        assert!(text.contains("0 valid password") && text.contains("finished at"), "{persona}: {text}");
        // Over Telnet hydra 9.4 sends an empty name for some of its pairs, to any server, and counts them as tried. What
        // it really sent is in its dump.
        let sent = text.matches("[ guess-").count();
        assert!(sent >= 5, "{persona}: {text}");
        let touches = sensor.touches(sent);
        let tries: Vec<_> = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).collect();
        let different: std::collections::BTreeSet<_> = tries.iter().map(|signed| &signed.touch.secret_hash).collect();
        assert_eq!((tries.len(), different.len()), (sent, sent), "{persona}: {text}");
        assert!(tries.iter().all(|signed| signed.touch.user.as_deref() == Some("admin")));
    }
}

#[test]
fn nmap_names_the_product() {
    for (persona, product) in
        [("linux-server", "Linux telnetd"), ("printer", "BusyBox telnetd"), ("windows-terminal", "Microsoft Windows")]
    {
        let sensor = Running::new(&[("telnet", persona)]);
        let output = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port(&sensor), "127.0.0.1"]));
        assert!(output.contains(product), "{output}");
        assert_eq!(sensor.only().touch.kind, Kind::Connect);
    }
}
