//! SNMP: each datagram is one touch.

use crate::contacts::{Table, by, nothing_more, row, say};
use crate::printer::probes;
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn agent() -> Running {
    Running::new(&[("snmp", "linux-server")])
}

/// Runs a client against the agent: `snmpget -v1 -c public …`, one try.
fn run(sensor: &Running, program: &str, options: &[&str], rest: &[&str]) -> String {
    let address = format!("udp:{}", sensor.address("snmp"));
    let all: Vec<&str> = [options, &["-t", "1", "-r", "0", "-On", &address], rest].concat();
    said(&client(program, &all))
}

#[test]
fn the_known_community_is_answered_and_others_are_tries() {
    for version in ["-v1", "-v2c"] {
        let sensor = agent();
        let out = run(&sensor, "snmpget", &[version, "-c", "public"], &["1.3.6.1.2.1.1.1.0"]);
        assert!(out.contains("STRING: \"Linux ") || out.contains("STRING: Linux "), "{out}");
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, &touch.detail["oid"][..]), (Kind::Probe, "1.3.6.1.2.1.1.1.0"));

        let sensor = agent();
        let out = run(&sensor, "snmpget", &[version, "-c", "himitsu"], &["1.3.6.1.2.1.1.1.0"]);
        assert!(out.contains("Timeout"), "{out}");
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, touch.secret_hash.is_some()), (Kind::SignIn, true));

        let sensor = agent();
        let out = run(&sensor, "snmpset", &[version, "-c", "public"], &["1.3.6.1.2.1.1.5.0", "s", "owned"]);
        assert!(out.contains("Reason: "), "{out}");
        assert_eq!(sensor.only().touch.kind, Kind::Write);
    }
}

#[test]
fn a_walk_ends_and_each_of_its_datagrams_is_a_touch() {
    for (program, version) in [("snmpwalk", "-v1"), ("snmpwalk", "-v2c"), ("snmpbulkwalk", "-v2c")] {
        let sensor = agent();
        let out = run(&sensor, program, &[version, "-c", "public"], &["1.3.6.1.2.1"]);
        let values =
            out.lines().filter(|line| line.starts_with(".1.3.6.1.2.1.1.") && !line.contains("No more variables"));
        assert_eq!(values.count(), 7, "{out}");
        let all = sensor.touches(8);
        assert!(all.iter().all(|signed| signed.touch.kind == Kind::Probe));
        // One for each of the seven, and one that finds the end (snmpwalk may ask once more for the name itself).
        assert!((8..=9).contains(&all.len()), "{}", all.len());
    }
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let version3 = b"\x30\x3a\x02\x01\x03\x30\x0f\x02\x02\x4a\x69\x02\x03\0\xff\xe3\x04\x01\x04\x02\x01\x03\x04\x10\x30\x0e\x04\0\x02\x01\0\x02\x01\0\x04\0\x04\0\x04\0\x30\x12\x04\0\x04\0\xa0\x0c\x02\x02\x37\xf0\x02\x01\0\x02\x01\0\x30\0";
    let trap = b"\x30\x13\x02\x01\x01\x04\x06public\xa7\x06\x02\x01\x01\x02\x01\x00";
    let japanese = |encoding: &'static encoding_rs::Encoding| message(&encoding.encode("管理者").0, 0xa0);
    let contacts = vec![
        say("an empty datagram", b"", &[Kind::Connect]),
        row("half a message", message(b"public", 0xa0)[..20].to_vec(), &[Kind::Malformed]),
        say("half a length", b"\x30\x82", &[Kind::Malformed]),
        say("a length of 4 GB", b"\x30\x84\xff\xff\xff\xff\x02\x01\x00", &[Kind::Malformed]),
        row("the system's description, asked as everybody may", message(b"public", 0xa0), &[Kind::Probe])
            .detail("oid", "1.3.6.1.2.1.1.5.0")
            .answer(b"public"),
        row("the next value", message(b"public", 0xa1), &[Kind::Probe]),
        say("the engine of version 3", version3, &[Kind::Probe]),
        say("a trap", trap, &[Kind::Request]),
        row("a value set", message(b"public", 0xa3), &[Kind::Write]),
        row("sign-in: another community", message(b"private", 0xa0), &[Kind::SignIn]),
        row("three guesses, a datagram each", message(b"secret", 0xa0), &[Kind::SignIn; 3]).times(3),
        by("a user of version 3", user, &[Kind::Probe, Kind::SignIn]),
        row("a community in Shift_JIS", japanese(encoding_rs::SHIFT_JIS), &[Kind::SignIn]),
        row("a community in EUC-JP", japanese(encoding_rs::EUC_JP), &[Kind::SignIn]),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("garbage", b"garbage", &[Kind::Malformed]),
    ];
    Table { protocol: "snmp", personas: &["linux-server"], contacts, check: nothing_more }
}

/// A message of version 1 about the system's name.
fn message(community: &[u8], asks: u8) -> Vec<u8> {
    let element = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).expect("short")][..], &content].concat()
    };
    let variable = element(0x30, &[&element(6, &[b"\x2b\x06\x01\x02\x01\x01\x05\x00"]), &element(5, &[])]);
    let number = element(2, &[&[0]]);
    let pdu = element(asks, &[&element(2, &[&[7]]), &number, &number, &element(0x30, &[&variable])]);
    element(0x30, &[&number, &element(4, &[community]), &pdu])
}

fn user(sensor: &Running) {
    let options = ["-v3", "-l", "authNoPriv", "-u", "admin", "-a", "SHA", "-A", "himitsu12"];
    let out = run(sensor, "snmpget", &options, &["1.3.6.1.2.1.1.1.0"]);
    assert!(out.contains("Unknown user name"), "{out}");
}

#[test]
fn a_client_of_version_3_finds_the_engine_and_no_user() {
    let sensor = agent();
    let options = ["-v3", "-l", "authNoPriv", "-u", "管理者", "-a", "SHA", "-A", "himitsu12"];
    let out = run(&sensor, "snmpget", &options, &["1.3.6.1.2.1.1.1.0"]);
    assert!(out.contains("Unknown user name"), "{out}");
    let all = sensor.touches(2);
    let kinds: Vec<Kind> = all.iter().map(|signed| signed.touch.kind).collect();
    assert_eq!(kinds, [Kind::Probe, Kind::SignIn]);
    assert_eq!((all[1].touch.user.as_deref(), &all[1].touch.detail["scheme"][..]), (Some("管理者"), "usm"));
}

#[test]
fn a_scanner_names_the_agent() {
    let sensor = agent();
    let database = probes(&["SNMPv1public"]);
    let (path, port) =
        (database.path().join("probes").display().to_string(), sensor.address("snmp").port().to_string());
    let out = said(&client("nmap", &["-sU", "-sV", "--versiondb", &path, "-Pn", "-p", &port, "127.0.0.1"]));
    assert!(out.contains("SNMPv1 server") && out.contains("net-snmp SNMPv3 server (public)"), "{out}");
    assert!(sensor.touches(1).iter().all(|signed| signed.touch.kind <= Kind::Probe));
}
