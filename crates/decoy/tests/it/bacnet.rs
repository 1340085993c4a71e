//! The building controller over BACnet/IP, against nmap and rude ones.

use crate::contacts::{Table, is_root, kinds, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::time::Duration;

fn running() -> Running {
    Running::new(&[("bacnet", "building")])
}

fn apdu(apdu: &[u8]) -> Vec<u8> {
    bvlc(0x0a, &[&[1, 4][..], apdu].concat())
}

fn bvlc(function: u8, rest: &[u8]) -> Vec<u8> {
    let length = u8::try_from(rest.len() + 4).expect("short");
    [&[0x81, function, 0, length][..], rest].concat()
}

/// ReadProperty of an object.
fn read(object: u32, property: u8) -> Vec<u8> {
    apdu(&[&[0, 5, 1, 12, 0x0c][..], &object.to_be_bytes(), &[0x19, property]].concat())
}

const DEVICE: u32 = 0x023f_ffff;

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let mut write = read(1, 85);
    write[9] = 15;
    let contacts = vec![
        say("an empty datagram", b"", &[Kind::Connect]),
        row("garbage", vec![0xfe; 100], &[Kind::Malformed]),
        row("half a header", vec![0x81, 0x0a], &[Kind::Malformed]),
        row("a length that does not fit", vec![0x81, 0x0a, 0xff, 0xff, 1, 0], &[Kind::Malformed]),
        row("SIP", b"OPTIONS sip:x SIP/2.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("who is", apdu(&[0x10, 8]), &[Kind::Probe]),
        row("who is of others", apdu(&[0x10, 8, 0x09, 1, 0x19, 2]), &[Kind::Probe]),
        row("who is by broadcast", bvlc(0x0b, &[1, 0x20, 0xff, 0xff, 0, 0xff, 0x10, 8]), &[Kind::Probe]),
        row("name of the device", read(DEVICE, 77), &[Kind::Probe]),
        row("a property it has not", read(DEVICE, 200), &[Kind::Probe]),
        row("who is a router", bvlc(0x0a, &[1, 0x80, 0]), &[Kind::Probe]),
        row("a figure", read(1, 85), &[Kind::Request]),
        row("an object it has not", read(0x0500_0001, 85), &[Kind::Request]),
        row(
            "several properties",
            apdu(&[0, 5, 1, 14, 0x0c, 2, 0x3f, 0xff, 0xff, 0x1e, 0x09, 8, 0x1f]),
            &[Kind::Request],
        ),
        row("foreign devices", bvlc(6, &[]), &[Kind::Request]),
        row("broadcast table", bvlc(2, &[]), &[Kind::Request]),
        row("a file", apdu(&[0, 5, 1, 6]), &[Kind::Request]),
        row("a value set", write, &[Kind::Write]).detail("object", "0:1").detail("property", "85"),
        row("a restart", apdu(&[0, 5, 1, 20, 0x09, 0]), &[Kind::Write]),
        row("silencing", apdu(&[0, 5, 1, 17, 0x19, 1]), &[Kind::Write]),
        row("a foreign device", bvlc(5, &[0, 60]), &[Kind::Write]),
        row("the time", apdu(&[0x10, 6, 0xa4, 126, 4, 1, 3, 0xb4, 12, 0, 0, 0]), &[Kind::Write]),
    ];
    Table { protocol: "bacnet", personas: &["building"], contacts, check: nothing_more }
}

#[test]
fn no_answer_is_much_longer_than_what_was_asked() {
    let sensor = running();
    // All that the device has, and one that it has not.
    for property in [12, 28, 44, 58, 62, 70, 75, 76, 77, 79, 96, 97, 98, 107, 112, 120, 121, 139, 155, 200] {
        let asked = read(DEVICE, property);
        let answer = sensor.ask("bacnet", &asked, Duration::from_secs(10)).expect("answer");
        assert!(answer.len() <= asked.len() + 64, "{property}: {}", answer.len());
    }
}

#[test]
fn the_controller_is_the_same_over_both_of_its_protocols() {
    let sensor = Running::new(&[("bacnet", "building"), ("modbus", "building")]);
    // Model name; server id after header, function, length, id and state.
    let over_bacnet = sensor.ask("bacnet", &read(DEVICE, 70), Duration::from_secs(10)).expect("answer");
    let over_modbus = sensor.say("modbus", &[0, 1, 0, 0, 0, 2, 1, 17]);
    let words = String::from_utf8_lossy(over_modbus.get(11..).expect("server id")).into_owned();
    let model = words.split(' ').next().expect("model");
    assert!(model.len() > 5 && String::from_utf8_lossy(&over_bacnet).contains(model), "{words}");
}

#[test]
fn a_write_is_denied() {
    let sensor = running();
    let mut write = read(1, 85);
    write[9] = 15;
    let answer = sensor.ask("bacnet", &write, Duration::from_secs(10)).expect("answer");
    assert_eq!(answer[6..], [0x50, 1, 15, 0x91, 2, 0x91, 40]);
}

#[test]
fn nmap_reads_the_controllers_name() {
    if !is_root() {
        return;
    }
    let sensor = running();
    let port = sensor.address("bacnet").port().to_string();
    let output = client("nmap", &["-sU", "-Pn", "-n", "-p", &port, "--script", "+bacnet-info", "127.0.0.1"]);
    let said = said(&output);
    for part in ["BACnet Stack at SourceForge (260)", "Object-identifier: ", "Firmware: ", "Model Name: ", "Location: "]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let kinds = kinds(&sensor.touches(9));
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Probe).count(), 9, "{kinds:?}");
}
