//! The silent port: what every visit leaves, whatever it does.

use crate::contacts::{Table, row, say};
use crate::sensor::Running;
use hakutaku_model::touch::{Kind, SignedTouch};
use std::io::{Read as _, Write as _};

fn running() -> Running {
    Running::new(&[("tcp", "linux-server")])
}

#[test]
fn a_bare_connect_leaves_one_touch() {
    let sensor = running();
    drop(sensor.connect("tcp"));
    let touch = sensor.only().touch;
    assert_eq!((touch.kind, touch.protocol.as_str(), touch.persona.as_str()), (Kind::Connect, "tcp", "linux-server"));
    assert_eq!(touch.dest_port, sensor.address("tcp").port());
    assert_eq!(touch.detail["dest_ip"], "127.0.0.1");
}

/// What leaves which touches.
pub(crate) fn table() -> Table {
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("HTTP", b"GET / HTTP/1.0\r\n\r\n", &[Kind::WrongProtocol]).detail("looks_like", "http"),
        say("SSH", b"SSH-2.0-x\r\n", &[Kind::WrongProtocol]).detail("looks_like", "ssh"),
        say("TLS", b"\x16\x03\x01\x00\x05abcde", &[Kind::WrongProtocol]).detail("looks_like", "tls"),
        say("garbage", b"\xde\xad\xbe\xef", &[Kind::Malformed]).detail("opening", "\\xde\\xad\\xbe\\xef"),
        row("a line in Shift_JIS", encoding_rs::SHIFT_JIS.encode("病院\r\n").0.into_owned(), &[Kind::Malformed]),
        say("line ends, as scanners send them", b"\r\n\r\n", &[Kind::Malformed]),
    ];
    Table { protocol: "tcp", personas: &["linux-server"], contacts, check }
}

fn check(name: &str, touches: &[SignedTouch]) {
    // Bytes are shown escaped, whatever they were.
    let is_plain = |signed: &SignedTouch| signed.touch.detail.get("opening").is_none_or(|opening| opening.is_ascii());
    assert!(touches.iter().all(is_plain), "{name}: {touches:#?}");
}

#[test]
fn a_visitor_who_stays_leaves_one_touch_before_they_go_and_none_after() {
    let sensor = Running::with(&[("tcp", "nas")], "[limits]\nsettle_seconds = 1\n");
    let mut stream = sensor.connect("tcp");
    stream.write_all(b"hello").expect("sent");
    let begun = std::time::Instant::now();
    while hakutaku_decoy::spool::lines_after(sensor.folder(), 0).count() == 0 {
        assert!(begun.elapsed().as_secs() < 60, "no touch while the visitor is there");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(stream);
    sensor.only();
}

#[test]
fn beyond_the_limit_visitors_are_turned_away_but_never_unseen() {
    let sensor = Running::with(&[("tcp", "nas")], "[limits]\nper_decoy = 10\n");
    let all: Vec<_> = (0..30).map(|_| sensor.connect("tcp")).collect();
    drop(all);
    let touches = sensor.touches(30);
    assert_eq!(touches.len(), 30);
    assert!(touches.iter().any(|signed| signed.touch.detail.contains_key("turned_away")));
    assert_eq!(sensor.verify(), 30);
}

#[test]
fn a_visitor_who_sends_without_end_is_cut_off() {
    let sensor = Running::with(&[("tcp", "nas")], "[limits]\nvisit_bytes = 100000\n");
    let mut stream = sensor.connect("tcp");
    let block = [b'x'; 65_536];
    let mut sent = 0u64;
    while sent < 100_000_000 && stream.write_all(&block).is_ok() {
        sent += block.len() as u64;
    }
    assert!(sent < 100_000_000, "the visitor could send everything");
    assert_eq!(sensor.only().touch.kind, Kind::Malformed);
}

#[test]
fn declared_noise_is_written_down_and_marked() {
    let sensor = Running::with(
        &[("tcp", "nas")],
        "[[noise]]\nfrom = \"127.0.0.0/8\"\nreason = \"our scanner\"\nuntil = \"2999-12-31\"\n",
    );
    drop(sensor.connect("tcp"));
    assert_eq!(sensor.only().touch.detail["noise"], "our scanner");
}

#[test]
fn the_figures_count_and_tell_nothing_about_visitors() {
    let folder = tempfile::tempdir().expect("folder");
    let text = format!(
        "spool = {:?}\nmetrics = \"127.0.0.1:0\"\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:0\"\npersona = \"nas\"\n",
        folder.path()
    );
    let sensor =
        hakutaku_decoy::run::Sensor::start(hakutaku_decoy::config::Config::parse(&text).expect("configuration"))
            .expect("started");
    drop(std::net::TcpStream::connect(sensor.addresses()[0].1).expect("connected"));
    let begun = std::time::Instant::now();
    while sensor.health().number == 0 && begun.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut stream = std::net::TcpStream::connect(sensor.figures_address().expect("address")).expect("connected");
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("asked");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("answered");
    assert!(page.contains("hakutaku_decoy_touches_total 1\n"), "{page}");
    assert!(page.contains("persona=\"nas\""), "{page}");
    assert!(page.contains("# TYPE hakutaku_decoy_alarm gauge"), "{page}");
    // The decoy's own address is shown; the visitor's port never is.
    assert!(!page.contains("source"), "{page}");
}
