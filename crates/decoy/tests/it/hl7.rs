//! The gateway for HL7 messages against a client of its own and rude ones.

use crate::contacts::{Contact, over_tcp};
use crate::sensor::Running;
use hakutaku_model::touch::Kind;
use std::io::{Read as _, Write as _};

fn running() -> Running {
    Running::new(&[("hl7", "gateway")])
}

fn framed(message: &[u8]) -> Vec<u8> {
    [&[0x0b][..], message, &[0x1c, 0x0d]].concat()
}

fn message(kind: &str, id: &str) -> Vec<u8> {
    let head = format!("MSH|^~\\&|LAB|HOSP-B|GW|HOSP-A|20260401120000||{kind}|{id}|P|2.5||||||~ISO IR87");
    framed(format!("{head}\rPID|1||12345^^^HOSP||YAMADA^TARO\rOBX|1|NM|GLU||99\r").as_bytes())
}

#[test]
fn every_contact_leaves_its_touches() {
    let sensor = running();
    let japanese = |encoding: &'static encoding_rs::Encoding| {
        framed(&encoding.encode("MSH|^~\\&|検査システム|ポ病院|GW|||1|ADT^A08|J1|P|2.4\rPID|1||山田\r").0)
    };
    let long = [&b"\x0bMSH|^~\\&|A|"[..], &vec![b'x'; 80_000]].concat();
    let contacts: Vec<Contact<'_>> = vec![
        ("bare connect", vec![], &[Kind::Connect]),
        ("the start of a frame", b"\x0b".to_vec(), &[Kind::Malformed]),
        ("half a message", b"\x0bMSH|^~\\&|LAB|HO".to_vec(), &[Kind::Handshake]),
        ("a frame of something else", framed(b"hello there"), &[Kind::Malformed]),
        ("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        ("TLS", b"\x16\x03\x01\x00\x05abcde".to_vec(), &[Kind::WrongProtocol]),
        ("garbage", vec![0xfe; 200], &[Kind::Malformed]),
        ("line ends", b"\r\n\r\n".to_vec(), &[Kind::Malformed]),
        ("a message without end", long, &[Kind::Handshake]),
        ("results", message("ORU^R01^ORU_R01", "1"), &[Kind::Write]),
        ("an admission", message("ADT^A01", "2"), &[Kind::Write]),
        ("a local message", message("ZZZ^Z01", "3"), &[Kind::Write]),
        ("a query", message("QBP^Q22^QBP_Q21", "4"), &[Kind::Request]),
        ("an old query", message("QRY^A19", "5"), &[Kind::Request]),
        ("an acknowledgement", message("ACK", "6"), &[Kind::Probe]),
        ("no type", message("", "7"), &[Kind::Probe]),
        (
            "three at once",
            [message("ORU^R01", "8"), message("QRY^A19", "9"), message("ACK", "10")].concat(),
            &[Kind::Write, Kind::Request, Kind::Probe],
        ),
        ("Shift_JIS", japanese(encoding_rs::SHIFT_JIS), &[Kind::Write]),
        ("EUC-JP", japanese(encoding_rs::EUC_JP), &[Kind::Write]),
        ("ISO-2022-JP", japanese(encoding_rs::ISO_2022_JP), &[Kind::Write]),
        ("UTF-8", japanese(encoding_rs::UTF_8), &[Kind::Write]),
    ];
    let touches = over_tcp(&sensor, "hl7", &contacts);
    for (place, (name, ..)) in contacts.iter().enumerate().skip(contacts.len() - 4) {
        assert_eq!(touches[place][0].touch.detail["sending_facility"], "ポ病院", "{name}");
        assert_eq!(touches[place][0].touch.detail["sending_application"], "検査システム", "{name}");
    }
    let results = &touches[9][0].touch.detail;
    assert_eq!((results["message_type"].as_str(), results["sending_application"].as_str()), ("ORU^R01^ORU_R01", "LAB"));
    assert_eq!(results["character_set"], "~ISO IR87");
    let everything = format!("{touches:?}");
    assert!(!everything.contains("YAMADA") && !everything.contains("12345") && !everything.contains("山田"));
    sensor.verify();
}

#[test]
fn a_client_is_rejected_message_by_message_on_one_connection() {
    let sensor = running();
    let mut stream = sensor.connect("hl7");
    for id in ["MSG-1", "MSG-2"] {
        stream.write_all(&message("ORU^R01^ORU_R01", id)).expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(&[0x1c, 0x0d]) {
            let mut block = [0; 1024];
            let count = stream.read(&mut block).expect("answer");
            assert_ne!(count, 0, "closed before the answer was complete");
            answer.extend_from_slice(&block[..count]);
        }
        let text = String::from_utf8(answer).expect("text");
        let segments: Vec<&str> = text.trim_matches(['\u{b}', '\u{1c}', '\r']).split('\r').collect();
        assert!(segments[0].starts_with("MSH|^~\\&|GW|HOSP-A|LAB|HOSP-B|"), "{text}");
        assert!(segments[0].contains("|ACK^R01|") && segments[0].ends_with("|P|2.5"), "{text}");
        assert_eq!(segments[1], format!("MSA|AR|{id}|Unknown sending application"));
        assert!(segments[2].starts_with("ERR||MSH^1^3|204"), "{text}");
    }
    drop(stream);
    assert_eq!(sensor.touches(2).len(), 2);
}
