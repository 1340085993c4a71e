//! The gateway for HL7 messages against a client of its own and rude ones.

use crate::contacts::{Table, row, say};
use crate::sensor::Running;
use hakutaku_model::touch::{Kind, SignedTouch};
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

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let japanese = |encoding: &'static encoding_rs::Encoding| {
        framed(&encoding.encode("MSH|^~\\&|検査システム|ポ病院|GW|||1|ADT^A08|J1|P|2.4\rPID|1||山田\r").0)
    };
    let long = [&b"\x0bMSH|^~\\&|A|"[..], &vec![b'x'; 80_000]].concat();
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        row("the start of a frame", b"\x0b".to_vec(), &[Kind::Malformed]),
        row("half a message", b"\x0bMSH|^~\\&|LAB|HO".to_vec(), &[Kind::Handshake]),
        row("a frame of something else", framed(b"hello there"), &[Kind::Malformed]),
        row("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("TLS", b"\x16\x03\x01\x00\x05abcde".to_vec(), &[Kind::WrongProtocol]),
        row("garbage", vec![0xfe; 200], &[Kind::Malformed]),
        row("line ends", b"\r\n\r\n".to_vec(), &[Kind::Malformed]),
        row("a message without end", long, &[Kind::Handshake]),
        row("results", message("ORU^R01^ORU_R01", "1"), &[Kind::Write]),
        row("an admission", message("ADT^A01", "2"), &[Kind::Write]),
        row("a local message", message("ZZZ^Z01", "3"), &[Kind::Write]),
        row("a query", message("QBP^Q22^QBP_Q21", "4"), &[Kind::Request]),
        row("an old query", message("QRY^A19", "5"), &[Kind::Request]),
        row("an acknowledgement", message("ACK", "6"), &[Kind::Probe]),
        row("no type", message("", "7"), &[Kind::Probe]),
        row(
            "three at once",
            [message("ORU^R01", "8"), message("QRY^A19", "9"), message("ACK", "10")].concat(),
            &[Kind::Write, Kind::Request, Kind::Probe],
        ),
        row("Shift_JIS", japanese(encoding_rs::SHIFT_JIS), &[Kind::Write]),
        row("EUC-JP", japanese(encoding_rs::EUC_JP), &[Kind::Write]),
        row("ISO-2022-JP", japanese(encoding_rs::ISO_2022_JP), &[Kind::Write]),
        row("UTF-8", japanese(encoding_rs::UTF_8), &[Kind::Write]),
    ];
    Table { protocol: "hl7", personas: &["gateway"], contacts, check }
}

fn check(name: &str, touches: &[SignedTouch]) {
    let detail = &touches[0].touch.detail;
    match name {
        "Shift_JIS" | "EUC-JP" | "ISO-2022-JP" | "UTF-8" => {
            assert_eq!(detail["sending_facility"], "ポ病院", "{name}");
            assert_eq!(detail["sending_application"], "検査システム", "{name}");
        }
        "results" => {
            let sender = (detail["message_type"].as_str(), detail["sending_application"].as_str());
            assert_eq!(sender, ("ORU^R01^ORU_R01", "LAB"));
            assert_eq!(detail["character_set"], "~ISO IR87");
        }
        _ => {}
    }
    let everything = format!("{touches:?}");
    assert!(!everything.contains("YAMADA") && !everything.contains("12345") && !everything.contains("山田"), "{name}");
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
