//! VNC against hydra, nmap and rude visitors.

use crate::contacts::{Table, nothing_more, say};
use crate::script::{passwords, talk};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn running() -> Running {
    Running::new(&[("vnc", "windows-terminal")])
}

fn port(sensor: &Running) -> String {
    sensor.address("vnc").port().to_string()
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let greeting = b"RFB 003.008\n";
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(greeting),
        say("a version, then gone", b"RFB 003.008\n", &[Kind::Handshake]),
        say("half a handshake", b"RFB 003.008\n\x02", &[Kind::Handshake]),
        say("half an answer to the challenge", b"RFB 003.008\n\x02half", &[Kind::Handshake]),
        say("a way in without a password", b"RFB 003.008\n\x01\x01", &[Kind::Request]),
        say("sign-in", b"RFB 003.008\n\x02sixteen bytes...", &[Kind::SignIn]).detail("scheme", "vnc"),
        say("sign-in of version 3.7", b"RFB 003.007\n\x02sixteen bytes...", &[Kind::SignIn]),
        say("sign-in of version 3.3", b"RFB 003.003\nsixteen bytes...", &[Kind::SignIn]),
        say("three guesses, a connection each", b"RFB 003.008\n\x02sixteen bytes...", &[Kind::SignIn; 3]).times(3),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-OpenSSH\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad\xbe\xef", &[Kind::Malformed]),
        say("two bytes of garbage", b"\xde\xad", &[Kind::Malformed]),
    ];
    Table { protocol: "vnc", personas: &["windows-terminal"], contacts, check: nothing_more }
}

#[test]
fn a_password_is_asked_for_with_a_new_challenge_each_time_and_refused_with_a_reason() {
    let challenge = || {
        let sensor = running();
        let mut stream = sensor.connect("vnc");
        let steps: [(&[u8], &[u8]); 2] = [(b"RFB 003.008\n", b"RFB 003.008\n"), (b"\x01\x02", b"\x02sixteen bytes...")];
        let all = talk(&mut stream, &steps, true);
        assert!(all.ends_with(b"\0\0\0\x01\0\0\0\x15Authentication failed"), "{}", all.escape_ascii());
        let touch = sensor.only().touch;
        assert_eq!((touch.user, touch.secret_hash, touch.detail["scheme"].as_str()), (None, None, "vnc"));
        all[14..30].to_vec()
    };
    assert_ne!(challenge(), challenge());
}

#[test]
fn hydra_leaves_one_touch_for_each_guess() {
    let sensor = running();
    let file = passwords(6);
    let path = file.path().to_string_lossy().into_owned();
    let target = format!("vnc://127.0.0.1:{}", port(&sensor));
    let output = client("hydra", &["-P", &path, "-t", "2", "-I", &target]);
    assert!(said(&output).contains("0 valid password"), "{}", said(&output));
    let touches = sensor.touches(6);
    assert_eq!(touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).count(), 6, "{touches:#?}");
}

#[test]
fn nmap_names_the_product_and_leaves_one_touch() {
    let sensor = running();
    let output = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port(&sensor), "127.0.0.1"]));
    assert!(output.contains("VNC (protocol 3.8)"), "{output}");
    assert_eq!(sensor.only().touch.kind, Kind::Connect);
    let sensor = running();
    let arguments = ["-sV", "-Pn", "-n", "--script", "vnc-info", "-p", &port(&sensor), "127.0.0.1"];
    let output = said(&client("nmap", &arguments));
    assert!(output.contains("VNC Authentication (2)"), "{output}");
}
