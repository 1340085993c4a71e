//! What holds for the file server, the remote desktop and the databases alike.

use crate::sensor::{Running, client, said};
use crate::smb::{NTLM_NEGOTIATE, exchange, negotiate, set_up};
use hakutaku_model::touch::Kind;
use std::io::Write as _;

const ALL: [&str; 5] = ["smb", "rdp", "mssql", "postgresql", "mysql"];
const PLANTED: &str = "[[token]]\nname = \"note on the desk\"\nkind = \"credential\"\nvalue = \"hoshu:Ringo2024\"\n";

/// NetBIOS name of the machine and DNS name of its domain, as the file server's challenge has them.
fn names(sensor: &Running) -> (String, String) {
    let mut stream = sensor.connect("smb");
    exchange(&mut stream, &negotiate(&[0x302])).expect("negotiated");
    let answer = exchange(&mut stream, &set_up(0, NTLM_NEGOTIATE)).expect("challenge");
    let at = answer.windows(8).position(|window| window == b"NTLMSSP\0").expect("a challenge");
    let message = &answer[at..];
    let mut pairs = &message[u32::from_le_bytes(message[44..48].try_into().expect("four")) as usize..];
    let mut found = (String::new(), String::new());
    while pairs[0] != 0 {
        let length = usize::from(pairs[2]);
        let units: Vec<u16> =
            pairs[4..4 + length].chunks(2).map(|pair| u16::from_le_bytes(pair.try_into().expect("two"))).collect();
        match pairs[0] {
            1 => found.0 = String::from_utf16(&units).expect("text"),
            4 => found.1 = String::from_utf16(&units).expect("text"),
            _ => {}
        }
        pairs = &pairs[4 + length..];
    }
    found
}

#[test]
fn one_address_is_one_machine_and_two_sites_are_two() {
    let sensor = Running::new(&[("smb", "windows-server"), ("rdp", "windows-server")]);
    let (computer, domain) = names(&sensor);
    let port = sensor.address("rdp").port().to_string();
    let said = said(&client("nmap", &["-Pn", "-n", "-p", &port, "--script", "+rdp-ntlm-info", "127.0.0.1"]));
    assert!(said.contains(&format!("NetBIOS_Computer_Name: {computer}")), "{said}");
    assert!(said.contains(&format!("DNS_Domain_Name: {domain}")), "{said}");
    assert_ne!(names(&Running::new(&[("smb", "windows-server")])).1, domain);
}

#[test]
fn nmap_reads_time_and_signing_of_the_file_server() {
    let sensor = Running::new(&[("smb", "windows-server")]);
    let port = sensor.address("smb").port().to_string();
    let scripts = "+smb2-security-mode,+smb2-time,+smb-protocols";
    let port_of_scripts = format!("smbport={port}");
    let options = ["-Pn", "-n", "-p", &port, "--script", scripts, "--script-args", &port_of_scripts, "127.0.0.1"];
    let said = said(&client("nmap", &options));
    for shown in ["Message signing enabled but not required", "date: 20", "start_date: N/A", "311", "302", "202"] {
        assert!(said.contains(shown), "{said}");
    }
}

#[test]
fn a_visitor_who_sends_without_end_is_cut_off_and_leaves_one_touch() {
    let openings: [&[u8]; 6] = [
        b"",
        b"\0\0\xff\xff\xfeSMB\x40",
        b"\x03\0\x03\xff\xfe\xe0",
        b"\x12\0\x7f\xff\0\0\0\0",
        b"\0\0\x20\0\0\x03\0\0",
        b"\xff\x0f\0\x01",
    ];
    for opening in openings {
        let decoys: Vec<(&str, &str)> = ALL.iter().map(|protocol| (*protocol, "windows-server")).collect();
        let sensor = Running::with(&decoys, "[limits]\nvisit_bytes = 200000\n");
        let block = [b'x'; 65_536];
        for protocol in ALL {
            let mut stream = sensor.connect(protocol);
            let mut sent = 0u64;
            let mut next = opening;
            while sent < 50_000_000 && stream.write_all(next).is_ok() {
                sent += next.len() as u64;
                next = &block;
            }
            assert!(sent < 50_000_000, "{protocol}: everything could be sent");
        }
        let touches = sensor.touches(ALL.len());
        assert_eq!(touches.len(), ALL.len(), "{opening:02x?}: {touches:#?}");
    }
}

#[test]
fn a_planted_credential_is_recognised_at_every_door() {
    let decoys: Vec<(&str, &str)> = ALL.iter().map(|protocol| (*protocol, "database")).collect();
    let sensor = Running::with(&decoys, PLANTED);
    let port = |protocol: &str| sensor.address(protocol).port().to_string();
    client("smbclient", &["-s", "/dev/null", "-p", &port("smb"), "-L", "//127.0.0.1", "-U", "hoshu%Ringo2024"]);
    let desktop = format!("/v:127.0.0.1:{}", port("rdp"));
    let arguments = ["-a", "xfreerdp", &desktop, "/u:hoshu", "/p:Ringo2024", "/cert:ignore", "+auth-only"];
    client("xvfb-run", &arguments);
    let server = ["-H", "127.0.0.1", "-p", &port("mssql"), "-U", "hoshu", "-P", "Ringo2024"];
    client("tsql", &server);
    let connection = format!("postgresql://hoshu:Ringo2024@127.0.0.1:{}/postgres", port("postgresql"));
    client("psql", &["-w", "-c", "select 1", &connection]);
    client("mysql", &["-h", "127.0.0.1", "-P", &port("mysql"), "-u", "hoshu", "--password=Ringo2024"]);
    let touches = sensor.touches(5);
    let left: Vec<(&str, Kind)> =
        touches.iter().map(|signed| (signed.touch.protocol.as_str(), signed.touch.kind)).collect();
    assert_eq!(left, ALL.map(|protocol| (protocol, Kind::Token)), "{touches:#?}");
}
