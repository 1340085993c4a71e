//! The file server: real clients before a locked door, and what every contact leaves.

use crate::contacts::{Table, by, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

fn running() -> Running {
    Running::new(&[("smb", "windows-server")])
}

fn port(sensor: &Running) -> String {
    sensor.address("smb").port().to_string()
}

fn smbclient(sensor: &Running, arguments: &[&str]) -> String {
    let port = port(sensor);
    said(&client("smbclient", &[&["-p", &port, "-s", "/dev/null"], arguments].concat()))
}

fn kinds(touches: &[SignedTouch]) -> Vec<Kind> {
    touches.iter().map(|signed| signed.touch.kind).collect()
}

#[test]
fn a_password_is_refused_and_leaves_one_touch() {
    for dialect in ["SMB2_02", "SMB2_10", "SMB3_00", "SMB3_11"] {
        let sensor = running();
        let said =
            smbclient(&sensor, &["-m", dialect, "-L", "//127.0.0.1", "-W", "KLINIK", "-U", "管理者%Winter2026!"]);
        assert!(said.contains("NT_STATUS_LOGON_FAILURE"), "{dialect}: {said}");
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("管理者")), "{dialect}");
        assert_eq!((touch.detail["domain"].as_str(), touch.detail["scheme"].as_str()), ("KLINIK", "ntlmv2"));
        assert!(touch.detail.contains_key("workstation") && touch.secret_hash.is_none());
    }
}

const PLANTED: &str =
    "[[token]]\nname = \"key ring of the maintenance\"\nkind = \"credential\"\nvalue = \"hoshu-svc:Ringo:2024!\"\n";

#[test]
fn a_planted_credential_is_recognised_though_no_password_is_sent() {
    for (user, kind) in [("HOSHU-SVC%Ringo:2024!", Kind::Token), ("hoshu-svc%Ringo:2023!", Kind::SignIn)] {
        let sensor = Running::with(&[("smb", "windows-server")], PLANTED);
        smbclient(&sensor, &["-L", "//127.0.0.1", "-W", "KLINIK", "-U", user]);
        let touch = sensor.only().touch;
        assert_eq!((touch.kind, touch.detail.contains_key("token")), (kind, kind == Kind::Token), "{touch:#?}");
    }
}

#[test]
fn hydra_leaves_one_touch_for_each_try() {
    let sensor = running();
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("words");
    std::fs::write(&file, "one\ntwo\nthree\nfour\n").expect("written");
    let words = file.to_str().expect("a path");
    client("hydra", &["-I", "-t", "1", "-l", "admin", "-P", words, "-s", &port(&sensor), "127.0.0.1", "smb"]);
    let touches = sensor.touches(4);
    let tries = touches.iter().filter(|signed| signed.touch.kind == Kind::SignIn).count();
    assert_eq!(tries, 4, "{touches:#?}");
}

#[test]
fn the_nameless_see_the_shares_and_one_listing_and_open_nothing() {
    for persona in ["windows-server", "nas"] {
        let sensor = Running::new(&[("smb", persona)]);
        let said = smbclient(&sensor, &["-U%", "-L", "//127.0.0.1"]);
        assert!(said.contains("IPC$") && said.contains("Disk"), "{said}");
        let touches = sensor.touches(1);
        assert_eq!(kinds(&touches), [Kind::Request], "{touches:#?}");
        assert_eq!(touches[0].touch.detail["request"], "list of shares");
        let share = said
            .lines()
            .filter_map(|line| line.trim().split_once(' '))
            .find(|(name, rest)| rest.contains("Disk") && !name.contains('$'))
            .map(|(name, _)| name.to_owned())
            .expect("a share");
        let path = format!("//127.0.0.1/{share}");
        let said = smbclient(&sensor, &["-U%", &path, "-c", "ls"]);
        assert!(said.contains(".xlsx") && said.contains("blocks available"), "{said}");
        let touches = sensor.touches(2);
        assert_eq!(kinds(&touches), [Kind::Request, Kind::Request]);
        assert_eq!(touches[1].touch.detail["share"], share);
        let said = smbclient(&sensor, &["-U%", &path, "-c", "get 勤務表.xlsx /dev/null; get 患者一覧.xlsx /dev/null"]);
        assert!(said.contains("NT_STATUS_ACCESS_DENIED"), "{said}");
        let touches = sensor.touches(4);
        assert_eq!(touches.len(), 4, "{touches:#?}");
        assert!(kinds(&touches).contains(&Kind::Token));
        let said = smbclient(&sensor, &["-U%", &path, "-c", "put /etc/hostname evil.exe"]);
        assert!(said.contains("NT_STATUS_ACCESS_DENIED"), "{said}");
        let touches = sensor.touches(5);
        assert_eq!((touches.len(), touches[4].touch.kind), (5, Kind::Write));
        assert_eq!(touches[4].touch.detail["path"], "evil.exe");
        assert_eq!(sensor.verify(), 5);
    }
}

#[test]
fn a_share_that_is_not_there_and_one_that_is_closed() {
    for (share, status) in [("C$", "NT_STATUS_ACCESS_DENIED"), ("nothing", "NT_STATUS_BAD_NETWORK_NAME")] {
        let sensor = running();
        let said = smbclient(&sensor, &["-U%", &format!("//127.0.0.1/{share}"), "-c", "ls"]);
        assert!(said.contains(status), "{said}");
        let touch = sensor.only().touch;
        assert_eq!(touch.kind, Kind::Request);
        assert!(touch.detail["path"].ends_with(share));
    }
}

#[test]
fn nmap_names_windows_and_samba() {
    for (persona, product) in [("windows-server", "Microsoft Windows"), ("nas", "Samba smbd")] {
        let sensor = Running::new(&[("smb", persona)]);
        let said = said(&client("nmap", &["-sV", "-Pn", "-n", "-p", &port(&sensor), "--version-all", "127.0.0.1"]));
        assert!(said.contains(product), "{said}");
        let touches = sensor.touches(1);
        assert!(kinds(&touches).contains(&Kind::Probe), "{touches:#?}");
    }
}

/// One connection with these messages, each framed, the answers read; closed at the end.
fn talk(sensor: &Running, messages: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut stream = sensor.connect("smb");
    messages.iter().map_while(|message| exchange(&mut stream, message)).collect()
}

pub(crate) fn exchange(stream: &mut TcpStream, message: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(message.len()).expect("short").to_be_bytes();
    stream.write_all(&[&length[..], message].concat()).ok()?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).ok()?;
    let mut answer = vec![0; u32::from_be_bytes(head) as usize];
    stream.read_exact(&mut answer).ok()?;
    Some(answer)
}

fn two(command: u16, session: u64, body: &[u8]) -> Vec<u8> {
    let mut out = [&b"\xfeSMB\x40\0\x01\0\0\0\0\0"[..], &command.to_le_bytes(), &[1, 0], &[0; 24]].concat();
    out.extend(session.to_le_bytes());
    out.extend([0; 16]);
    out.extend(body);
    out
}

pub(crate) fn negotiate(dialects: &[u16]) -> Vec<u8> {
    let mut body = vec![36, 0, u8::try_from(dialects.len()).expect("few"), 0, 1, 0];
    body.resize(36, 0);
    body.extend(dialects.iter().flat_map(|dialect| dialect.to_le_bytes()));
    two(0, 0, &body)
}

/// What smb2-time and smb2-security-mode of nmap ask, and the dialects of one machine that stays the same.
#[test]
fn negotiation_gives_time_guid_and_security_mode() {
    let sensor = running();
    let mut guids = Vec::new();
    for (dialects, chosen) in [(&[0x202u16][..], 0x202u16), (&[0x202, 0x210, 0x302], 0x302), (&[0x202, 0x311], 0x311)] {
        let answers = talk(&sensor, &[negotiate(dialects)]);
        let answer = &answers[0];
        assert_eq!(&answer[8..12], [0; 4], "status");
        assert_eq!((answer[66], u16::from_le_bytes([answer[68], answer[69]])), (1, chosen));
        guids.push(answer[72..88].to_vec());
        let time = u64::from_le_bytes(answer[104..112].try_into().expect("eight"));
        assert!(time / 10_000_000 - 11_644_473_600 > 1_700_000_000);
        assert_eq!(answer[128], 0x60, "the offer of mechanisms");
    }
    assert!(guids.iter().all(|guid| *guid == guids[0]));
    let answers = talk(&sensor, &[negotiate(&[0x999])]);
    assert_eq!(&answers[0][8..12], 0xc000_00bb_u32.to_le_bytes());
    assert!(kinds(&sensor.touches(4)).iter().all(|kind| *kind == Kind::Handshake));
}

/// A session set-up with an NTLM message in no wrapping.
pub(crate) fn set_up(session: u64, token: &[u8]) -> Vec<u8> {
    let [low, high] = u16::try_from(token.len()).expect("short").to_le_bytes();
    let mut body = vec![25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, low, high];
    body.resize(24, 0);
    body.extend(token);
    two(1, session, &body)
}

pub(crate) const NTLM_NEGOTIATE: &[u8] =
    b"NTLMSSP\0\x01\0\0\0\x06\x02\x08\xa0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0a\0\x63\x45\0\0\0\x0f";

/// An answer to a challenge, as [`NTLM_NEGOTIATE`] said it: in the client's code page.
pub(crate) fn ntlm_authenticate(user: &[u8], flags: u32) -> Vec<u8> {
    let values: [&[u8]; 6] = [&[1; 24], &[2; 60], b"HOSP", user, b"PC01", b""];
    let mut out = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let mut offset = 64u32;
    for value in values {
        let length = u16::try_from(value.len()).expect("short").to_le_bytes();
        out.extend([length, length].concat());
        out.extend(offset.to_le_bytes());
        offset += u32::try_from(value.len()).expect("short");
    }
    out.extend(flags.to_le_bytes());
    out.extend(values.concat());
    out
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let smb1 = |dialects: &[u8]| {
        let mut message = [&b"\xffSMBr\0\0\0\0\x08\x01\x40"[..], &[0; 20], &[0]].concat();
        message.extend(u16::try_from(dialects.len()).expect("short").to_le_bytes());
        message.extend(dialects);
        message
    };
    let framed =
        |message: Vec<u8>| [&u32::try_from(message.len()).expect("short").to_be_bytes()[..], &message].concat();
    let upgrade = smb1(b"\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0");
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]),
        say("half a frame", b"\0\0\0\x90\xfeSMB\x40", &[Kind::Handshake]),
        row("negotiation, then gone", framed(negotiate(&[0x311])), &[Kind::Handshake]),
        row("negotiation from SMB 1", framed(upgrade), &[Kind::Handshake]),
        row("a dialect nobody has", framed(negotiate(&[0x999])), &[Kind::Handshake]),
        row("SMB 1 alone", framed(smb1(b"\x02NT LM 0.12\0")), &[Kind::Probe]),
        row("names asked", [framed(negotiate(&[0x210])), framed(set_up(0, NTLM_NEGOTIATE))].concat(), &[Kind::Probe]),
        by("sign-in", |sensor| sign_in(sensor, "管理者%Winter2026!"), &[Kind::SignIn])
            .user("管理者")
            .detail("domain", "KLINIK")
            .detail("scheme", "ntlmv2"),
        by("three guesses", |sensor| guess(sensor, &[encoding_rs::UTF_8; 3]), &[Kind::SignIn; 3]).user("管理者"),
        by("sign-in in Shift_JIS", |sensor| guess(sensor, &[encoding_rs::SHIFT_JIS]), &[Kind::SignIn]).user("管理者"),
        by("sign-in in EUC-JP", |sensor| guess(sensor, &[encoding_rs::EUC_JP]), &[Kind::SignIn]).user("管理者"),
        by("planted credential", |sensor| sign_in(sensor, "hoshu%Ringo2024"), &[Kind::Token]).user("hoshu"),
        by(
            "the shares, without a name",
            |sensor| drop(smbclient(sensor, &["-U%", "-L", "//127.0.0.1"])),
            &[Kind::Request],
        )
        .detail("request", "list of shares"),
        by("a share that is not there", |sensor| share(sensor, "nothing"), &[Kind::Request]),
        by("a share for administrators", |sensor| share(sensor, "C$"), &[Kind::Request]),
        say("HTTP", b"GET / HTTP/1.1\r\n\r\n", &[Kind::WrongProtocol]),
        say("SSH", b"SSH-2.0-Go\r\n", &[Kind::WrongProtocol]),
        say("TLS", b"\x16\x03\x01\0\x05hello", &[Kind::WrongProtocol]),
        say("garbage", b"\xde\xad\xbe\xef\xde\xad", &[Kind::Malformed]),
        say("a frame of nothing known", b"\0\0\0\x08abcdefgh", &[Kind::Malformed]),
        say("a frame of 16 MB", b"\0\xff\xff\xff\xfeSMB", &[Kind::Handshake]),
        row("a command before negotiation", framed(two(3, 0, &[9, 0])), &[Kind::Handshake]),
        row("NetBIOS session", [&b"\x81\0\0\x44"[..], &[b'A'; 68]].concat(), &[Kind::Handshake]),
    ];
    Table { protocol: "smb", personas: &["windows-server"], contacts, check: nothing_more }
}

fn sign_in(sensor: &Running, user: &str) {
    let output = smbclient(sensor, &["-L", "//127.0.0.1", "-W", "KLINIK", "-U", user]);
    assert!(output.contains("NT_STATUS_LOGON_FAILURE"), "{output}");
}

fn share(sensor: &Running, name: &str) {
    smbclient(sensor, &["-U%", &format!("//127.0.0.1/{name}"), "-c", "ls"]);
}

/// One try for each encoding of the name, on one connection.
fn guess(sensor: &Running, encodings: &[&'static encoding_rs::Encoding]) {
    let mut stream = sensor.connect("smb");
    exchange(&mut stream, &negotiate(&[0x210])).expect("negotiated");
    for encoding in encodings {
        let challenge = exchange(&mut stream, &set_up(0, NTLM_NEGOTIATE)).expect("challenge");
        assert_eq!(&challenge[8..12], 0xc000_0016_u32.to_le_bytes());
        let session = u64::from_le_bytes(challenge[40..48].try_into().expect("eight"));
        let answer = ntlm_authenticate(&encoding.encode("管理者").0, 2);
        let refused = exchange(&mut stream, &set_up(session, &answer)).expect("refused");
        assert_eq!(&refused[8..12], 0xc000_006d_u32.to_le_bytes());
    }
}

#[test]
fn smb_1_gives_the_names_of_the_machine_and_takes_a_try() {
    let sensor = running();
    let mut stream = sensor.connect("smb");
    let head = |command: u8| [&b"\xffSMB"[..], &[command], b"\0\0\0\0\x18\x01\x28", &[0; 20]].concat();
    let negotiate = [head(0x72), b"\0\x0c\0\x02NT LM 0.12\0".to_vec()].concat();
    let answer = exchange(&mut stream, &negotiate).expect("negotiated");
    assert_eq!((answer[4], answer[32]), (0x72, 17));
    let set_up = |token: &[u8]| {
        let [low, high] = u16::try_from(token.len()).expect("short").to_le_bytes();
        let words = [&[0xff, 0, 0, 0, 4, 0x11, 10, 0, 0, 0, 0, 0, 0, 0][..], &[low, high], &[0; 8]].concat();
        [head(0x73), vec![12], words, vec![low, high], token.to_vec()].concat()
    };
    let answer = exchange(&mut stream, &set_up(NTLM_NEGOTIATE)).expect("challenge");
    assert_eq!(&answer[5..9], 0xc000_0016_u32.to_le_bytes());
    let text: Vec<u8> = "Windows Server".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(answer.windows(text.len()).any(|window| window == text), "the system's name");
    let answer = exchange(&mut stream, &set_up(&ntlm_authenticate(b"admin", 2))).expect("refused");
    assert_eq!(&answer[5..9], 0xc000_006d_u32.to_le_bytes());
    drop(stream);
    let touch = sensor.only().touch;
    assert_eq!(
        (touch.kind, touch.user.as_deref(), touch.detail["dialect"].as_str()),
        (Kind::SignIn, Some("admin"), "smb1")
    );
}
