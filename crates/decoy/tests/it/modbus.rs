//! The building controller over Modbus, against mbpoll, nmap and rude ones.

use crate::contacts::{Table, kinds, nothing_more, row, say, version_by_nmap};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;

fn running() -> Running {
    Running::new(&[("modbus", "building")])
}

fn frame(pdu: &[u8]) -> Vec<u8> {
    let length = u8::try_from(pdu.len() + 1).expect("short");
    [&[0, 7, 0, 0, 0, length, 1][..], pdu].concat()
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        row("half a header", vec![0, 1, 0, 0], &[Kind::Malformed]),
        row("a header, then gone", vec![0, 1, 0, 0, 0, 6, 1], &[Kind::Handshake]),
        row("half a request", frame(&[3, 0, 0, 0, 1])[..9].to_vec(), &[Kind::Handshake]),
        row("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("TLS", b"\x16\x03\x01\x00\x05abcde".to_vec(), &[Kind::WrongProtocol]),
        row("garbage", vec![0xfe; 200], &[Kind::Malformed]),
        row("a length of 65535", vec![0, 1, 0, 0, 0xff, 0xff, 1, 3], &[Kind::Malformed]),
        row("identification", frame(&[43, 14, 1, 0]), &[Kind::Probe]),
        row("server id", frame(&[17]), &[Kind::Probe]),
        row("an echo", frame(&[8, 0, 0, 1, 2]), &[Kind::Probe]),
        row("an unknown function", frame(&[99]), &[Kind::Probe]),
        row("identification twice", frame(&[43, 14, 1, 0]).repeat(2), &[Kind::Probe]),
        row("coils", frame(&[1, 0, 0, 0, 8]), &[Kind::Request]),
        row("inputs", frame(&[2, 0, 0, 0, 8]), &[Kind::Request]),
        row("holding registers", frame(&[3, 0, 0, 0, 4]), &[Kind::Request]),
        row("input registers", frame(&[4, 0, 0, 0, 4]), &[Kind::Request]),
        row("registers that are not there", frame(&[3, 0xff, 0, 0, 4]), &[Kind::Request]),
        row("file record", frame(&[20, 7, 6, 0, 1, 0, 0, 0, 1]), &[Kind::Request]),
        row("maker's own function", frame(&[90, 0, 1]), &[Kind::Request]),
        row("a coil set", frame(&[5, 0, 3, 0xff, 0]), &[Kind::Write]),
        row("a register set", frame(&[6, 0, 3, 0, 9]), &[Kind::Write]),
        row("coils set", frame(&[15, 0, 0, 0, 8, 1, 0xff]), &[Kind::Write]),
        row("registers set", frame(&[16, 0, 0, 0, 1, 2, 0, 9]), &[Kind::Write])
            .detail("operation", "write registers")
            .detail("address", "0")
            .detail("unit", "1"),
        row("a restart", frame(&[8, 0, 1, 0, 0]), &[Kind::Write]),
        row(
            "identity, reading and writing",
            [frame(&[17]), frame(&[3, 0, 0, 0, 1]), frame(&[6, 0, 0, 0, 1])].concat(),
            &[Kind::Request, Kind::Write],
        ),
    ];
    Table { protocol: "modbus", personas: &["building"], contacts, check: nothing_more }
}

#[test]
fn writes_get_an_exception() {
    let sensor = running();
    assert_eq!(sensor.say("modbus", &frame(&[6, 0, 3, 0, 9])), [0, 7, 0, 0, 0, 3, 1, 0x86, 1]);
}

#[test]
fn mbpoll_reads_figures_and_may_not_set_them() {
    let sensor = running();
    let port = sensor.address("modbus").port().to_string();
    let base = ["-m", "tcp", "-p", &port, "-a", "1", "-r", "1"];
    let read = client("mbpoll", &[&base[..], &["-t", "3", "-c", "4", "-1", "127.0.0.1"]].concat());
    assert!(read.status.success() && said(&read).contains("[1]:"), "{}", said(&read));
    let write = client("mbpoll", &[&base[..], &["-t", "4", "127.0.0.1", "77"]].concat());
    assert!(said(&write).contains("Illegal function"), "{}", said(&write));
    let kinds = kinds(&sensor.touches(2));
    assert_eq!(kinds, [Kind::Request, Kind::Write]);
}

#[test]
fn nmap_reads_the_controllers_name() {
    let sensor = running();
    let port = sensor.address("modbus").port().to_string();
    let output = client("nmap", &["-sT", "-Pn", "-n", "-p", &port, "--script", "+modbus-discover", "127.0.0.1"]);
    assert!(said(&output).contains("Device identification: Building Automation "), "{}", said(&output));
    let kinds = kinds(&sensor.touches(3));
    assert_eq!(kinds, [Kind::Connect, Kind::Probe, Kind::Probe]);
}

#[test]
fn nmap_names_the_protocol() {
    let sensor = running();
    let said = version_by_nmap(&sensor, "modbus", "-sT", "TCP GetRequest");
    assert!(said.contains("modbus  Modbus TCP"), "{said}");
    assert_eq!(kinds(&sensor.touches(2)), [Kind::Connect, Kind::WrongProtocol]);
}
