//! The picture archive against DCMTK, nmap and rude ones.

use crate::contacts::{Table, kinds, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_decoy::persona::Kind as Persona;
use hakutaku_model::touch::{Kind, SignedTouch};
use std::io::Write as _;

const FIND: &str = "1.2.840.10008.5.1.4.1.2.2.1";
const STORE: &str = "1.2.840.10008.5.1.4.1.1.2";
const IMPLICIT: &str = "1.2.840.10008.1.2";

fn running() -> Running {
    Running::new(&[("dicom", "pacs")])
}

fn item(kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &u16::try_from(value.len()).expect("short").to_be_bytes(), value].concat()
}

fn pdu(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &u32::try_from(body.len()).expect("short").to_be_bytes(), body].concat()
}

/// An association request for some services, numbered 1, 3, 5 …
fn associate(called: &str, classes: &[&str], more: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(format!("{called:<16}{:<16}", "CT_ROOM1").bytes());
    body.extend([0; 32]);
    body.extend(item(0x10, b"1.2.840.10008.3.1.1.1"));
    for (id, class) in (1u8..).step_by(2).zip(classes) {
        let value = [&[id, 0, 0, 0][..], &item(0x30, class.as_bytes()), &item(0x40, IMPLICIT.as_bytes())].concat();
        body.extend(item(0x20, &value));
    }
    let user = [item(0x51, &[0, 0, 0x40, 0]), item(0x52, b"1.2.3.4"), item(0x55, b"TESTSCU_1"), more.to_vec()].concat();
    body.extend(item(0x50, &user));
    pdu(1, &body)
}

fn element(number: u16, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).expect("short");
    [&[0, 0][..], &number.to_le_bytes(), &length.to_le_bytes(), value].concat()
}

/// A command, and one data set after it if there is one.
fn message(context: u8, field: u16, data: Option<&[u8]>) -> Vec<u8> {
    let data_type: u16 = if data.is_some() { 1 } else { 0x0101 };
    let body = [
        element(0x0002, b"1.2.840.10008.1.1\0"),
        element(0x0100, &field.to_le_bytes()),
        element(0x0110, &[1, 0]),
        element(0x0800, &data_type.to_le_bytes()),
    ]
    .concat();
    let set = [element(0, &u32::try_from(body.len()).expect("short").to_le_bytes()), body].concat();
    let mut out = part(context, 3, &set);
    if let Some(data) = data {
        out.extend(part(context, 2, data));
    }
    out
}

fn part(context: u8, control: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len() + 2).expect("short").to_be_bytes();
    pdu(4, &[&length[..], &[context, control], bytes].concat())
}

fn user_identity(form: u8, user: &[u8], passcode: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).expect("short").to_be_bytes();
    item(0x58, &[&[form, 0][..], &length(user), user, &length(passcode), passcode].concat())
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let title = "DCM4CHEE";
    let echo = "1.2.840.10008.1.1";
    let open = associate(title, &[echo, FIND, STORE], &[]);
    let release = pdu(5, &[0; 4]);
    let query = [&b"\x08\x00\x52\x00\x06\x00\x00\x00STUDY "[..], b"\x10\x00\x10\x00\x06\x00\x00\x00YAMADA"].concat();
    let shift_jis = encoding_rs::SHIFT_JIS.encode("放射線技師").0;
    let euc = encoding_rs::EUC_JP.encode("放射線技師").0;
    let stored = message(5, 0x01, Some(&[7; 100]));
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        row("half an association", open[..100].to_vec(), &[Kind::Handshake]),
        row("association, then gone", open.clone(), &[Kind::Handshake]),
        row("association and release", [open.clone(), release.clone()].concat(), &[Kind::Handshake]),
        row("association and abort", [open.clone(), pdu(7, &[0; 4])].concat(), &[Kind::Handshake]),
        row("association twice", [open.clone(), open.clone()].concat(), &[Kind::Handshake]),
        row("unknown PDU after the association", [open.clone(), pdu(0x55, b"x")].concat(), &[Kind::Handshake]),
        row("HTTP", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[Kind::WrongProtocol]),
        row("PostgreSQL", b"\x00\x00\x00\x08\x04\xd2\x16\x2f".to_vec(), &[Kind::WrongProtocol]),
        row("TLS", b"\x16\x03\x01\x00\x05abcdefgh".to_vec(), &[Kind::WrongProtocol]),
        row("garbage", vec![0xde; 300], &[Kind::Malformed]),
        row("a length of 4 GiB", b"\x01\x00\xff\xff\xff\xff\x00\x02\x00\x00".to_vec(), &[Kind::Malformed]),
        row("data before the association", message(1, 0x30, None), &[Kind::Handshake]),
        row("echo", [open.clone(), message(1, 0x30, None), release.clone()].concat(), &[Kind::Probe]),
        row("three echoes", [open.clone(), message(1, 0x30, None).repeat(3)].concat(), &[Kind::Probe]),
        row("cancel", [open.clone(), message(1, 0x0fff, None)].concat(), &[Kind::Handshake]),
        row("find", [open.clone(), message(3, 0x20, Some(&query)), release.clone()].concat(), &[Kind::Request]),
        row("find without a data set", [open.clone(), message(3, 0x20, None)].concat(), &[Kind::Request]),
        row("move", [open.clone(), message(3, 0x21, Some(&query))].concat(), &[Kind::Request]),
        row("get", [open.clone(), message(3, 0x10, Some(&query))].concat(), &[Kind::Request]),
        row("store", [open.clone(), message(5, 0x01, Some(&[7; 9000])), release.clone()].concat(), &[Kind::Write]),
        row("store that never ends", [&open, &stored[..stored.len() - 50]].concat(), &[Kind::Write]),
        row("action", [open.clone(), message(1, 0x130, None)].concat(), &[Kind::Write]),
        row("delete", [open.clone(), message(1, 0x150, None)].concat(), &[Kind::Write]),
        row(
            "echo, find and store",
            [open.clone(), message(1, 0x30, None), message(3, 0x20, None), message(5, 1, Some(b"ab"))].concat(),
            &[Kind::Request, Kind::Write],
        ),
        row("parts that do not fit", [open.clone(), pdu(4, &[0, 0, 0, 99, 1, 3])].concat(), &[Kind::Handshake]),
        row("a context never agreed", [open.clone(), message(99, 0x30, None)].concat(), &[Kind::Handshake]),
        row("a command that is none", [open.clone(), part(1, 3, &[9; 40])].concat(), &[Kind::Handshake]),
        row("data longer than agreed", [open.clone(), pdu(4, &[0; 20_000])].concat(), &[Kind::Handshake]),
        row("sign-in", associate(title, &[echo], &user_identity(2, b"admin", b"secret")), &[Kind::SignIn])
            .user("admin"),
        row("sign-in in Shift_JIS", associate(title, &[echo], &user_identity(2, &shift_jis, b"x")), &[Kind::SignIn])
            .user("放射線技師"),
        row("sign-in in EUC-JP", associate(title, &[echo], &user_identity(2, &euc, b"x")), &[Kind::SignIn])
            .user("放射線技師"),
        row(
            "three guesses, a connection each",
            associate(title, &[echo], &user_identity(2, b"a", b"b")),
            &[Kind::SignIn; 3],
        )
        .times(3),
        row("planted credential", associate(title, &[echo], &user_identity(2, b"hoshu", b"Ringo2024")), &[Kind::Token]),
        row("sign-in with a ticket", associate(title, &[echo], &user_identity(3, &[1, 2, 3], b"")), &[Kind::SignIn]),
    ];
    Table { protocol: "dicom", personas: &["pacs"], contacts, check }
}

fn check(name: &str, touches: &[SignedTouch]) {
    let touch = &touches[0].touch;
    match name {
        "find" => {
            let find = &touch.detail;
            assert_eq!(find["keys"], "QueryRetrieveLevel=STUDY PatientName*");
            assert_eq!((find["calling_ae"].as_str(), find["client"].as_str()), ("CT_ROOM1", "TESTSCU_1"));
            assert!(!format!("{find:?}").contains("YAMADA"));
        }
        "sign-in" => assert!(touch.secret_hash.is_some()),
        _ => {}
    }
}

#[test]
fn pictures_without_end_are_cut_off_and_seen_once() {
    let sensor = Running::with(&[("dicom", "pacs")], "[limits]\nvisit_bytes = 1000000\n");
    let mut stream = sensor.connect("dicom");
    let begin = message(3, 0x01, Some(&[7; 100]));
    let open = associate("DCM4CHEE", &["1.2.840.10008.1.1", STORE], &[]);
    stream.write_all(&[&open, &begin[..begin.len() - 108]].concat()).expect("sent");
    let block = part(3, 0, &[7; 16_000]);
    let mut sent = 0;
    while sent < 100_000_000 && stream.write_all(&block).is_ok() {
        sent += block.len();
    }
    assert!(sent < 100_000_000, "the visitor could send everything");
    assert_eq!(sensor.only().touch.kind, Kind::Write);
}

#[test]
fn echoes_of_dcmtk_succeed() {
    let sensor = running();
    let port = sensor.address("dicom").port().to_string();
    let output = client("echoscu", &["-v", "-aet", "MY_CT", "-aec", "DCM4CHEE", "127.0.0.1", &port]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Received Echo Response (Success)"), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.detail["calling_ae"].as_str()), (Kind::Probe, "MY_CT"));
    assert!(touch.detail["client"].starts_with("OFFIS_DCMTK_"), "{touch:?}");
}

#[test]
fn a_wrong_title_is_treated_as_the_product_does() {
    let sensor = running();
    let is_open = sensor.identity(Persona::Pacs).os.is_windows();
    let port = sensor.address("dicom").port().to_string();
    let output = client("echoscu", &["-aec", "NO_SUCH_AE", "127.0.0.1", &port]);
    assert_eq!(output.status.success(), is_open, "{}", said(&output));
    assert!(is_open || said(&output).contains("Called AE Title Not Recognized"), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.detail["called_ae"].as_str()), (Kind::Probe, "NO_SUCH_AE"));
}

#[test]
fn queries_of_dcmtk_are_refused() {
    let sensor = running();
    let port = sensor.address("dicom").port().to_string();
    let query = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=YAMADA*", "-k", "StudyDate=20260401-"];
    let found = client("findscu", &[&["-v", "-aec", "DCM4CHEE"], &query[..], &["127.0.0.1", &port]].concat());
    assert!(said(&found).contains("Refused: OutOfResources") || said(&found).contains("0xa700"), "{}", said(&found));
    let moved =
        client("movescu", &[&["-v", "-aec", "DCM4CHEE", "-aem", "EVIL"], &query[..], &["127.0.0.1", &port]].concat());
    assert!(said(&moved).contains("Refused"), "{}", said(&moved));
    let touches = sensor.touches(2);
    let kinds = kinds(&touches);
    assert_eq!(kinds, [Kind::Request, Kind::Request], "{touches:#?}");
    let keys = &touches[0].touch.detail["keys"];
    assert!(keys.contains("StudyDate=20260401-") && keys.contains("PatientName*"), "{keys}");
    assert!(!keys.contains("YAMADA"));
    assert_eq!(touches[1].touch.detail["destination"], "EVIL");
}

#[test]
fn pictures_of_dcmtk_are_refused() {
    let sensor = running();
    let port = sensor.address("dicom").port().to_string();
    let folder = tempfile::tempdir().expect("folder");
    let (text, file) = (folder.path().join("text"), folder.path().join("picture.dcm"));
    let dump = "(0008,0016) UI [1.2.840.10008.5.1.4.1.1.2]\n(0008,0018) UI [1.2.826.0.1.3680043.9.1]\n(0010,0010) PN [YAMADA^TARO]\n(0010,0020) LO [12345]\n";
    std::fs::write(&text, dump).expect("written");
    let (text, file) = (text.to_str().expect("path"), file.to_str().expect("path"));
    let made = client("dump2dcm", &[text, file]);
    assert!(made.status.success(), "{}", said(&made));
    let output = client("storescu", &["-v", "-aec", "DCM4CHEE", "127.0.0.1", &port, file]);
    assert!(said(&output).to_lowercase().replace("0x0124", "0x124").contains("0x124"), "{}", said(&output));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.detail["sop_instance"].as_str()), (Kind::Write, "1.2.826.0.1.3680043.9.1"));
    assert!(!format!("{touch:?}").contains("YAMADA"));
}

#[test]
fn a_device_that_makes_pictures_answers_echoes_only() {
    let sensor = Running::new(&[("dicom", "modality")]);
    let title = sensor.identity(Persona::Modality).host.to_uppercase().replace('-', "_");
    let port = sensor.address("dicom").port().to_string();
    let echo = client("echoscu", &["-aec", &title, "127.0.0.1", &port]);
    assert!(echo.status.success(), "{}", said(&echo));
    let find = client("findscu", &["-S", "-aec", &title, "-k", "QueryRetrieveLevel=STUDY", "127.0.0.1", &port]);
    assert!(said(&find).contains("No Acceptable Presentation Contexts"), "{}", said(&find));
    let kinds = kinds(&sensor.touches(2));
    assert_eq!(kinds, [Kind::Handshake, Kind::Probe]);
}

#[test]
fn nmap_finds_a_dicom_service() {
    let sensor = running();
    let port = sensor.address("dicom").port().to_string();
    let output = client("nmap", &["-sT", "-Pn", "-n", "-p", &port, "--script", "+dicom-ping", "127.0.0.1"]);
    assert!(said(&output).contains("DICOM Service Provider discovered!"), "{}", said(&output));
    let kinds = kinds(&sensor.touches(2));
    // The scan's own connection, then the script's.
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert_eq!(kinds[0], Kind::Connect);
    assert!(matches!(kinds[1], Kind::Handshake | Kind::Probe));
}
