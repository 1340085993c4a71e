//! SSH against OpenSSH, hydra, nmap and rude visitors.

use crate::contacts::{Table, by, say};
use crate::script::passwords;
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output, Stdio};

fn running() -> Running {
    Running::new(&[("ssh", "linux-server")])
}

fn port(sensor: &Running) -> String {
    sensor.address("ssh").port().to_string()
}

/// OpenSSH's client with a password, one try.
fn ssh(sensor: &Running, user: &[u8], more: &[&str]) -> Output {
    sign_in(sensor, "sesame", user, more)
}

fn sign_in(sensor: &Running, password: &str, user: &[u8], more: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.args(["60", "sshpass", "-p", password, "ssh", "-F", "none", "-l"]).arg(OsStr::from_bytes(user));
    command.args(["-p", &port(sensor), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
    command.args(["-o", "NumberOfPasswordPrompts=1", "-o", "IdentitiesOnly=yes"]);
    if !more.contains(&"-i") {
        command.args(["-o", "PubkeyAuthentication=no"]);
    }
    command.args(more).args(["127.0.0.1", "true"]).stdin(Stdio::null());
    command.output().expect("ssh")
}

fn kinds(touches: &[SignedTouch]) -> Vec<Kind> {
    touches.iter().map(|signed| signed.touch.kind).collect()
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let greeting = b"SSH-2.0-OpenSSH_";
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(greeting),
        say("a version, then gone", b"SSH-2.0-libssh_0.9.6\r\n", &[Kind::Handshake])
            .detail("client", "2.0-libssh_0.9.6")
            .answer(greeting),
        say("half a version", b"SSH-2.0-lib", &[Kind::Handshake]),
        say("version 1", b"SSH-1.5-old\r\n", &[Kind::Handshake]),
        say("a packet of 4 GB", b"SSH-2.0-x\r\n\xff\xff\xff\xff\xff\xff", &[Kind::Handshake]),
        say("half a key exchange", b"SSH-2.0-x\r\n\0\0\0\x0c\x04\x14abcdefghijkl", &[Kind::Handshake]),
        by("host key asked for, as scanners do", scan, &[Kind::Probe]),
        by("sign-in", |sensor| once(sensor, b"root"), &[Kind::SignIn]).user("root"),
        by("a key", with_key, &[Kind::SignIn]).user("root"),
        by("three guesses by hydra, after a look", guess, &[Kind::Probe, Kind::SignIn, Kind::SignIn, Kind::SignIn]),
        by("sign-in in UTF-8, Japanese", |sensor| once(sensor, "管理者".as_bytes()), &[Kind::SignIn]).user("管理者"),
        by("sign-in in Shift_JIS", |sensor| once(sensor, &encoding_rs::SHIFT_JIS.encode("管理者").0), &[Kind::SignIn])
            .user("管理者")
            .detail("user_encoding", "Shift_JIS"),
        by("sign-in in EUC-JP", |sensor| once(sensor, &encoding_rs::EUC_JP.encode("管理者").0), &[Kind::SignIn])
            .user("管理者")
            .detail("user_encoding", "EUC-JP"),
        by("planted credential", |sensor| drop(sign_in(sensor, "Ringo2024", b"hoshu", &[])), &[Kind::Token]),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS", b"\x16\x03\x01\x00\x05abcde\n", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef", &[Kind::Malformed]),
        say("a line of garbage", b"\xde\xad\xbe\xef\r\n", &[Kind::Malformed]),
    ];
    Table { protocol: "ssh", personas: &["linux-server"], contacts, check }
}

fn check(name: &str, touches: &[SignedTouch]) {
    // Whose key or password it was is said once, though the client first asked for the methods under the same name.
    let twice =
        touches.iter().any(|signed| signed.touch.user.is_some() && signed.touch.detail.contains_key("asked_as"));
    assert!(!twice, "{name}: {touches:#?}");
}

fn once(sensor: &Running, user: &[u8]) {
    let output = ssh(sensor, user, &[]);
    assert!(said(&output).contains("denied"), "{}", said(&output));
}

fn scan(sensor: &Running) {
    let output = said(&client("ssh-keyscan", &["-t", "ed25519", "-p", &port(sensor), "127.0.0.1"]));
    assert!(output.contains("ssh-ed25519"), "{output}");
}

fn with_key(sensor: &Running) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("key").display().to_string();
    assert!(client("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &path]).status.success());
    // No prompt: the key alone is tried.
    ssh(sensor, b"root", &["-i", &path, "-o", "PasswordAuthentication=no"]);
}

fn guess(sensor: &Running) {
    let file = passwords(3);
    let path = file.path().to_string_lossy().into_owned();
    let target = format!("ssh://127.0.0.1:{}", port(sensor));
    let output = client("hydra", &["-l", "root", "-P", &path, "-t", "1", "-I", &target]);
    assert!(said(&output).contains("0 valid password"), "{}", said(&output));
}

#[test]
fn a_password_is_one_touch_and_the_door_stays_shut() {
    let sensor = running();
    let output = ssh(&sensor, b"root", &[]);
    assert!(said(&output).contains("Permission denied"), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("root")));
    assert_eq!(touch.secret_hash.as_ref().map(String::len), Some(32));
    assert!(touch.detail["client"].starts_with("2.0-OpenSSH_"), "{:?}", touch.detail);
    assert!(!serde_json::to_string(&touch).expect("json").contains("sesame"));
}

#[test]
fn every_cipher_mac_exchange_and_host_key_offered_works() {
    let sensor = running();
    let mut tries = 0;
    let mut attempt = |options: &[&str]| {
        let output = ssh(&sensor, b"root", options);
        assert!(said(&output).contains("Permission denied"), "{options:?}: {}", said(&output));
        tries += 1;
    };
    for cipher in ["chacha20-poly1305@openssh.com", "aes192-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"] {
        attempt(&["-c", cipher]);
    }
    for (cipher, mac) in [
        ("aes128-ctr", "hmac-sha2-256-etm@openssh.com"),
        ("aes256-ctr", "hmac-sha2-512-etm@openssh.com"),
        ("aes128-ctr", "hmac-sha1-etm@openssh.com"),
        ("aes256-ctr", "hmac-sha2-256"),
        ("aes128-ctr", "hmac-sha2-512"),
        ("aes256-ctr", "hmac-sha1"),
    ] {
        attempt(&["-c", cipher, "-m", mac]);
    }
    for exchange in [
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
    ] {
        attempt(&["-o", &format!("KexAlgorithms={exchange}")]);
    }
    for key in ["ssh-ed25519", "ecdsa-sha2-nistp256"] {
        attempt(&["-o", &format!("HostKeyAlgorithms={key}")]);
    }
    let touches = sensor.touches(tries);
    assert_eq!(kinds(&touches), vec![Kind::SignIn; tries]);
    let hashes: std::collections::BTreeSet<_> = touches.iter().map(|signed| &signed.touch.secret_hash).collect();
    assert_eq!(hashes.len(), 1, "the same password has the same hash");
}

#[test]
fn each_key_tried_is_a_touch_with_its_fingerprint_and_the_sixth_is_the_last() {
    let folder = tempfile::tempdir().expect("folder");
    let sensor = running();
    let mut arguments = Vec::new();
    let mut fingerprints = Vec::new();
    for number in 0..7 {
        let path: OsString = folder.path().join(format!("key{number}")).into();
        let path = path.into_string().expect("path");
        let made = client("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &path]);
        assert!(made.status.success(), "{}", said(&made));
        let printed = client("ssh-keygen", &["-l", "-f", &path]);
        fingerprints.push(said(&printed).split(' ').nth(1).expect("fingerprint").to_owned());
        arguments.extend(["-i".to_owned(), path]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = ssh(&sensor, b"backup", &arguments);
    assert!(said(&output).contains("Too many authentication failures"), "{}", said(&output));
    let touches = sensor.touches(6);
    assert_eq!(kinds(&touches), [Kind::SignIn; 6]);
    for (signed, fingerprint) in touches.iter().zip(&fingerprints) {
        assert_eq!(&signed.touch.detail["key"], fingerprint);
        assert_eq!(signed.touch.user.as_deref(), Some("backup"));
    }
}

#[test]
fn the_host_key_alone_is_a_probe_and_stays_the_same() {
    let sensor = running();
    let scan = || said(&client("ssh-keyscan", &["-t", "ed25519", "-p", &port(&sensor), "127.0.0.1"]));
    let (first, second) = (scan(), scan());
    let key = |text: &str| text.lines().find(|line| line.contains("ssh-ed25519")).map(str::to_owned);
    assert!(key(&first).is_some() && key(&first) == key(&second), "{first}\n{second}");
    assert_eq!(kinds(&sensor.touches(2)), [Kind::Probe, Kind::Probe]);
}

#[test]
fn hydra_leaves_one_touch_for_each_guess() {
    let sensor = running();
    // Fewer guesses than one connection may have: after the sixth the door closes, as OpenSSH's does, and hydra's library
    // then waits half a minute and guesses the same once more.
    let file = passwords(5);
    let path = file.path().to_string_lossy().into_owned();
    let target = format!("ssh://127.0.0.1:{}", port(&sensor));
    for user in ["root", "admin", "backup"] {
        let output = client("hydra", &["-l", user, "-P", &path, "-t", "4", "-I", &target]);
        assert!(said(&output).contains("0 valid password"), "{}", said(&output));
    }
    let touches = sensor.touches(15);
    let tries: Vec<_> = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).collect();
    assert_eq!(tries.len(), 15, "{:?}", kinds(&touches));
    let different: std::collections::BTreeSet<_> =
        tries.iter().map(|signed| (&signed.touch.user, &signed.touch.secret_hash)).collect();
    assert_eq!(different.len(), 15);
    assert!(
        touches.iter().all(|signed| matches!(signed.touch.kind, Kind::SignIn | Kind::Probe)),
        "{:?}",
        kinds(&touches)
    );
}

#[test]
fn nmap_names_the_product_and_leaves_one_touch() {
    for (persona, product) in
        [("linux-server", "OpenSSH"), ("camera", "Dropbear sshd"), ("windows-server", "OpenSSH for_Windows")]
    {
        let sensor = Running::new(&[("ssh", persona)]);
        let output = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port(&sensor), "127.0.0.1"]));
        assert!(output.contains(product), "{output}");
        assert_eq!(sensor.only().touch.kind, Kind::Connect);
    }
}

#[test]
fn scanners_scripts_read_methods_algorithms_and_host_keys() {
    let sensor = running();
    let scripts = "ssh2-enum-algos,ssh-hostkey,ssh-auth-methods";
    let output = said(&client("nmap", &["-sV", "-Pn", "-n", "--script", scripts, "-p", &port(&sensor), "127.0.0.1"]));
    for part in ["kex-strict-s-v00@openssh.com", "publickey", "password", "(ED25519)", "(ECDSA)"] {
        assert!(output.contains(part), "{part}: {output}");
    }
    let touches = sensor.touches(1);
    let all = |kind| matches!(kind, Kind::Connect | Kind::Handshake | Kind::Probe);
    assert!(touches.iter().all(|signed| all(signed.touch.kind)), "{:?}", kinds(&touches));
}

#[test]
fn a_device_with_dropbear_takes_passwords_too() {
    let sensor = Running::new(&[("ssh", "camera")]);
    let output = ssh(&sensor, b"admin", &[]);
    assert!(said(&output).contains("Permission denied"), "{}", said(&output));
    assert_eq!(sensor.only().touch.kind, Kind::SignIn);
}

#[test]
fn a_planted_password_is_a_token() {
    let sensor = Running::with(
        &[("ssh", "linux-server")],
        "[[token]]\nname = \"note in the share\"\nkind = \"credential\"\nvalue = \"backup:sesame\"\n",
    );
    ssh(&sensor, b"backup", &[]);
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.detail["token"].as_str()), (Kind::Token, "note in the share"));
}
