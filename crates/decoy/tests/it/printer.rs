//! A printer's ports: raw printing with PJL, and IPP.

use crate::contacts::{Table, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_model::touch::Kind;
use std::fs;

/// A scanner's database with one probe of the real one only: its others would take minutes on a port that is silent.
pub(crate) fn probes(names: &[&str]) -> tempfile::TempDir {
    let all = fs::read("/usr/share/nmap/nmap-service-probes").expect("the scanner's database");
    let all = String::from_utf8_lossy(&all).into_owned();
    let mut kept = String::new();
    let mut keep = false;
    for line in all.lines() {
        if let Some(rest) = line.strip_prefix("Probe ") {
            keep = rest.split(' ').nth(1).is_some_and(|name| names.contains(&name));
        }
        // On whatever port, and always.
        if keep && !line.starts_with("ports ") && !line.starts_with("rarity ") && !line.starts_with('#') {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("probes"), kept).expect("written");
    folder
}

/// What leaves which touches at the port for raw printing.
pub(crate) fn raw_table() -> Table {
    let job = b"\x1b%-12345X@PJL JOB NAME=\"x\"\r\n@PJL SET COPIES=2\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%!PS\nshowpage\n\x1b%-12345X";
    let words = "ただちに支払え\r\n";
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("half a job", b"\x1b%-12345X", &[Kind::Handshake]),
        say("what it is", b"\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X\r\n", &[Kind::Probe])
            .answer(b"@PJL INFO ID\r\n\""),
        say("its state", b"@PJL INFO STATUS\r\n", &[Kind::Probe]).answer(b"CODE=10001"),
        say("three questions", b"@PJL INFO ID\r\n@PJL INFO STATUS\r\n@PJL ECHO 7\r\n", &[Kind::Probe])
            .answer(b"ECHO 7"),
        say("its files", b"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1 COUNT=99\r\n", &[Kind::Request]).answer(b"FILEERROR"),
        say("words on its display", b"@PJL RDYMSG DISPLAY=\"hacked\"\r\n", &[Kind::Write]),
        say("a job", job, &[Kind::Write]),
        say("a page in PostScript", b"%!PS-Adobe-3.0\nshowpage\n", &[Kind::Write]),
        say("words in UTF-8, Japanese", words.as_bytes(), &[Kind::Write]).detail("opening", "ただちに支払え\\x0d\\x0a"),
        row("words in Shift_JIS", encoding_rs::SHIFT_JIS.encode(words).0.into_owned(), &[Kind::Write])
            .detail("opening", "ただちに支払え\\x0d\\x0a"),
        row("words in EUC-JP", encoding_rs::EUC_JP.encode(words).0.into_owned(), &[Kind::Write])
            .detail("opening", "ただちに支払え\\x0d\\x0a"),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]),
        say("TLS", b"\x16\x03\x01\x00\x05abcde", &[Kind::WrongProtocol]),
        say("garbage", b"\x00\x01\x02\xff\xff", &[Kind::Malformed]),
    ];
    Table { protocol: "jetdirect", personas: &["printer"], contacts, check: nothing_more }
}

#[test]
fn a_scanner_names_the_printer() {
    let sensor = Running::new(&[("jetdirect", "printer")]);
    let database = probes(&["hp-pjl"]);
    let (path, port) =
        (database.path().join("probes").display().to_string(), sensor.address("jetdirect").port().to_string());
    let out = said(&client("nmap", &["-sV", "--allports", "--versiondb", &path, "-Pn", "-p", &port, "127.0.0.1"]));
    assert!(out.contains("hp-pjl"), "{out}");
    assert!(sensor.touches(1).iter().all(|signed| signed.touch.kind <= Kind::Probe));
    let out = said(&client("nmap", &["-Pn", "--script", "+pjl-ready-message", "-p", &port, "127.0.0.1"]));
    assert!(out.contains("READY"), "{out}");
}

fn ipp(code: u16) -> Vec<u8> {
    let mut body = vec![2, 0];
    body.extend_from_slice(&code.to_be_bytes());
    body.extend_from_slice(&[0, 0, 0, 1, 1]);
    for (tag, name, value) in [(0x47u8, "attributes-charset", "utf-8"), (0x42, "requesting-user-name", "山田")] {
        body.push(tag);
        for part in [name, value] {
            body.extend_from_slice(&(part.len() as u16).to_be_bytes());
            body.extend_from_slice(part.as_bytes());
        }
    }
    body.push(3);
    let head =
        format!("POST /ipp/print HTTP/1.0\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), &body].concat()
}

/// What leaves which touches at the print server.
pub(crate) fn ipp_table() -> Table {
    let basic = |credential: &[u8]| {
        let encoded = STANDARD.encode(credential);
        format!("GET /admin HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {encoded}\r\n\r\n").into_bytes()
    };
    let japanese = |encoding: &'static encoding_rs::Encoding| basic(&encoding.encode("管理者:x").0);
    let broken = b"POST /ipp/print HTTP/1.0\r\nContent-Type: application/ipp\r\nContent-Length: 3\r\n\r\nabc";
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("half a request", b"GET / HTTP", &[Kind::Handshake]),
        say("a page", b"GET / HTTP/1.0\r\n\r\n", &[Kind::Probe]).answer(b"Server: CUPS/2."),
        row("what it is", ipp(0x000b), &[Kind::Probe]).answer(b"printer-make-and-model"),
        row("its printers", ipp(0x4002), &[Kind::Probe]).answer(b"printer-make-and-model"),
        row("its jobs", ipp(0x000a), &[Kind::Request]).answer(b"Unauthorized").detail("requesting_user", "山田"),
        row("an unknown operation", ipp(0x7777), &[Kind::Request]).answer(b"Not supported"),
        row("a job", ipp(0x0002), &[Kind::Write]).answer(b"Unauthorized").detail("requesting_user", "山田"),
        row("a job to follow", ipp(0x0005), &[Kind::Write]).answer(b"Unauthorized"),
        row("a printer added", ipp(0x4003), &[Kind::Write]).answer(b"Unauthorized"),
        row("a job that never ends", ipp(2)[..90].to_vec(), &[Kind::Write]).answer(b"Unauthorized"),
        say("a body of something else", broken, &[Kind::Request]).answer(b" 400 "),
        say("a file to keep", b"PUT /admin/conf/cupsd.conf HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", &[Kind::Write])
            .answer(b" 403 "),
        row("sign-in", basic(b"a:b"), &[Kind::SignIn]).user("a").answer(b" 401 "),
        row("three guesses", basic(b"a:b").repeat(3), &[Kind::SignIn; 3]).user("a"),
        row("sign-in in Shift_JIS", japanese(encoding_rs::SHIFT_JIS), &[Kind::SignIn]).user("管理者"),
        row("sign-in in EUC-JP", japanese(encoding_rs::EUC_JP), &[Kind::SignIn]).user("管理者"),
        row("planted credential", basic(b"hoshu:Ringo2024"), &[Kind::Token]).user("hoshu"),
        say("SSH", b"SSH-2.0-x\r\n", &[Kind::WrongProtocol]).answer(b" 400 "),
        say("PJL", b"@PJL INFO ID\r\n", &[Kind::Malformed]).answer(b" 400 "),
    ];
    Table { protocol: "ipp", personas: &["printer"], contacts, check: nothing_more }
}

#[test]
fn a_printing_client_is_told_about_the_printer_and_may_not_print() {
    let sensor = Running::new(&[("ipp", "printer")]);
    let uri = format!("ipp://{}/ipp/print", sensor.address("ipp"));
    let out = said(&client("ipptool", &["-tv", &uri, "get-printer-attributes.test"]));
    assert!(out.contains("[PASS]") && out.contains("printer-state (enum) = idle"), "{out}");
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("page.txt");
    fs::write(&file, "hello\n".repeat(50_000)).expect("written");
    let out = said(&client("ipptool", &["-tv", "-f", &file.display().to_string(), &uri, "print-job.test"]));
    assert!(out.contains("client-error-not-authorized"), "{out}");
    let all = sensor.touches(2);
    assert_eq!(all.iter().filter(|signed| signed.touch.kind == Kind::Write).count(), 1, "{all:#?}");
}

#[test]
fn a_scanner_names_the_print_server() {
    let sensor = Running::new(&[("ipp", "printer")]);
    let port = sensor.address("ipp").port().to_string();
    let out = said(&client("nmap", &["-sV", "-Pn", "--version-intensity", "2", "-p", &port, "127.0.0.1"]));
    assert!(out.contains("CUPS 2."), "{out}");
    assert!(sensor.touches(1).iter().all(|signed| signed.touch.kind <= Kind::Probe));
}
