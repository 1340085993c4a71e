//! A printer's ports: raw printing with PJL, and IPP.

use crate::sensor::{Running, client, said};
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

#[test]
fn every_contact_with_the_raw_port_leaves_exactly_one_touch() {
    let job = b"\x1b%-12345X@PJL JOB NAME=\"x\"\r\n@PJL SET COPIES=2\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%!PS\nshowpage\n\x1b%-12345X";
    let table: &[(&[u8], Kind, &str)] = &[
        (b"", Kind::Connect, ""),
        (b"\x1b%-12345X", Kind::Handshake, ""),
        (b"\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X\r\n", Kind::Probe, "@PJL INFO ID\r\n\""),
        (b"@PJL INFO STATUS\r\n", Kind::Probe, "CODE=10001"),
        (b"@PJL INFO ID\r\n@PJL INFO STATUS\r\n@PJL ECHO 7\r\n", Kind::Probe, "ECHO 7"),
        (b"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1 COUNT=99\r\n", Kind::Request, "FILEERROR"),
        (b"@PJL RDYMSG DISPLAY=\"hacked\"\r\n", Kind::Write, ""),
        (job, Kind::Write, ""),
        (b"%!PS-Adobe-3.0\nshowpage\n", Kind::Write, ""),
        ("ただちに支払え\r\n".as_bytes(), Kind::Write, ""),
        (b"GET / HTTP/1.0\r\n\r\n", Kind::WrongProtocol, ""),
        (b"\x16\x03\x01\x00\x05abcde", Kind::WrongProtocol, ""),
        (b"\x00\x01\x02\xff\xff", Kind::Malformed, ""),
    ];
    for (bytes, kind, answer) in table {
        let sensor = Running::new(&[("jetdirect", "printer")]);
        let answered = String::from_utf8_lossy(&sensor.say("jetdirect", bytes)).into_owned();
        let touch = sensor.only().touch;
        assert_eq!(touch.kind, *kind, "{}: {touch:#?}", String::from_utf8_lossy(bytes));
        assert!(answered.contains(answer), "{answered}");
    }
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

#[test]
fn every_contact_with_ipp_leaves_exactly_one_touch() {
    let cut = &ipp(2)[..90];
    let table: &[(&[u8], Kind, &str)] = &[
        (b"", Kind::Connect, ""),
        (b"GET / HTTP", Kind::Handshake, ""),
        (b"GET / HTTP/1.0\r\n\r\n", Kind::Probe, "Server: CUPS/2."),
        (&ipp(0x000b), Kind::Probe, "printer-make-and-model"),
        (&ipp(0x4002), Kind::Probe, "printer-make-and-model"),
        (&ipp(0x000a), Kind::Request, "Unauthorized"),
        (&ipp(0x0002), Kind::Write, "Unauthorized"),
        (&ipp(0x0005), Kind::Write, "Unauthorized"),
        (&ipp(0x4003), Kind::Write, "Unauthorized"),
        (&ipp(0x7777), Kind::Request, "Not supported"),
        // The rest of the job never comes.
        (cut, Kind::Write, "Unauthorized"),
        (
            b"POST /ipp/print HTTP/1.0\r\nContent-Type: application/ipp\r\nContent-Length: 3\r\n\r\nabc",
            Kind::Request,
            " 400 ",
        ),
        (b"GET /admin HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n", Kind::SignIn, " 401 "),
        (b"PUT /admin/conf/cupsd.conf HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", Kind::Write, " 403 "),
        (b"@PJL INFO ID\r\n", Kind::Malformed, " 400 "),
        (b"SSH-2.0-x\r\n", Kind::WrongProtocol, " 400 "),
    ];
    for (bytes, kind, answer) in table {
        let sensor = Running::new(&[("ipp", "printer")]);
        let answered = String::from_utf8_lossy(&sensor.say("ipp", bytes)).into_owned();
        let touch = sensor.only().touch;
        assert_eq!(touch.kind, *kind, "{}: {touch:#?}", String::from_utf8_lossy(bytes));
        assert!(answered.contains(answer), "{}: {answered}", String::from_utf8_lossy(bytes));
        assert!(touch.detail.get("requesting_user").is_none_or(|user| user == "山田"));
    }
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
