//! The port-scan detector against nmap. Raw packets need root (or CAP_NET_RAW); without it these tests fail and say so,
//! unless HAKUTAKU_TEST_WITHOUT_RAW is set.

use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

/// A sensor that looks for scans, and a source address of loopback of its own: other tests talk over loopback too.
struct Bench {
    sensor: Running,
    source: String,
}

impl Bench {
    fn new(last: u8) -> Option<Self> {
        Self::with(last, "")
    }

    fn with(last: u8, more: &str) -> Option<Self> {
        let may = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::RAW, Some(socket2::Protocol::TCP));
        if let Err(error) = may {
            assert!(
                std::env::var_os("HAKUTAKU_TEST_WITHOUT_RAW").is_some(),
                "the scan detector cannot be tested without CAP_NET_RAW ({error}): run as root, or set HAKUTAKU_TEST_WITHOUT_RAW=1"
            );
            return None;
        }
        let sensor = Running::with(&[("tcp", "linux-server")], &format!("[scan]\nenabled = true\n{more}"));
        let process = std::process::id();
        let source = format!("127.{}.{}.{last}", 64 + process % 128, process / 128 % 256);
        Some(Self { sensor, source })
    }

    fn nmap(&self, arguments: &[&str]) {
        let mut all = vec!["-n", "-Pn", "-e", "lo", "-S", &self.source, "--max-retries", "2"];
        all.extend(arguments);
        all.push("127.0.0.1");
        let output = client("nmap", &all);
        assert!(output.status.success(), "{}", said(&output));
    }

    /// The touches of this source, once there are so many and a moment has passed in which more would have come.
    fn touches(&self, count: usize) -> Vec<SignedTouch> {
        let begun = Instant::now();
        let mine = || -> Vec<SignedTouch> {
            let all = self.sensor.touches(0);
            all.into_iter().filter(|signed| signed.touch.source_ip.to_string() == self.source).collect()
        };
        while mine().len() < count && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(50));
        }
        // Everything that waits is ripe within three seconds.
        std::thread::sleep(Duration::from_secs(3));
        mine()
    }
}

fn kinds(touches: &[SignedTouch]) -> Vec<Kind> {
    touches.iter().map(|signed| signed.touch.kind).collect()
}

/// Ports nobody has: bound for a moment and given back.
fn closed(count: usize) -> Vec<u16> {
    let held: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").expect("bound")).collect();
    held.iter().map(|listener| listener.local_addr().expect("address").port()).collect()
}

fn list(ports: &[u16]) -> String {
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
}

/// A contact: its name, nmap's options (without a port: one that nobody has), the kind of its touch and its details.
type Row = (&'static str, &'static [&'static str], Kind, &'static [(&'static str, &'static str)]);

/// What a source leaves, contact by contact.
pub(crate) const ROWS: &[Row] = &[
    ("a packet with SYN to a closed port", &["-sS"], Kind::Knock, &[("flags", "syn"), ("transport", "tcp")]),
    ("a packet with FIN", &["-sF"], Kind::Knock, &[("flags", "fin")]),
    ("a packet without flags", &["-sN"], Kind::Knock, &[("flags", "null")]),
    ("a packet with FIN, PSH and URG", &["-sX"], Kind::Knock, &[("flags", "xmas")]),
    ("a datagram to a closed port", &["-sU", "-p", "1434"], Kind::Knock, &[("transport", "udp")]),
    ("300 ports with SYN", &["-sS", "-p", "1-300"], Kind::PortScan, &[("ports", "1-300"), ("flags", "syn")]),
    ("300 ports with FIN", &["-sF", "-p", "1-300"], Kind::PortScan, &[("ports", "1-300"), ("flags", "fin")]),
    ("300 ports without flags", &["-sN", "-p", "1-300"], Kind::PortScan, &[("count", "300"), ("flags", "null")]),
    (
        "300 ports with FIN, PSH and URG",
        &["-sX", "-p", "1-300"],
        Kind::PortScan,
        &[("count", "300"), ("flags", "xmas")],
    ),
    (
        "six ports with datagrams",
        &["-sU", "-p", "7,13,17,19,37,111", "--min-rate", "50"],
        Kind::PortScan,
        &[("udp_ports", "7,13,17,19,37,111")],
    ),
    ("a connection to a decoy, begun and never completed", &["-sS", "decoy"], Kind::HalfOpen, &[]),
];

#[test]
fn every_contact_leaves_its_touch() {
    let contact = |number: u8, (name, options, kind, details): &Row| {
        let Some(bench) = Bench::new(number) else { return };
        let is_half_open = options.contains(&"decoy");
        let port = if is_half_open { bench.sensor.address("tcp").port() } else { closed(1)[0] }.to_string();
        let mut all: Vec<&str> = options.iter().copied().filter(|option| *option != "decoy").collect();
        if !all.contains(&"-p") {
            all.extend(["-p", &port]);
        }
        bench.nmap(&all);
        let touches = bench.touches(1);
        assert_eq!(kinds(&touches), [*kind], "{name}: {touches:#?}");
        let touch = &touches[0].touch;
        assert_eq!((touch.protocol.as_str(), touch.persona.as_str()), ("scan", ""), "{name}");
        assert_eq!(touch.detail["dest_ip"], "127.0.0.1", "{name}");
        for (key, value) in *details {
            assert_eq!(touch.detail[*key], *value, "{name}: {touches:#?}");
        }
    };
    // Each from an address of its own, before a sensor of its own.
    std::thread::scope(|scope| {
        for (number, row) in (100..).zip(ROWS) {
            scope.spawn(move || contact(number, row));
        }
    });
}

#[test]
fn a_connection_begun_and_not_completed_is_half_open_and_a_completed_one_is_only_a_visit() {
    let Some(bench) = Bench::new(30) else { return };
    let port = bench.sensor.address("tcp").port().to_string();
    bench.nmap(&["-sS", "-p", &port]);
    let touches = bench.touches(1);
    assert_eq!(kinds(&touches), [Kind::HalfOpen], "{touches:#?}");
    assert_eq!(touches[0].touch.dest_port.to_string(), port);
    let Some(mut other) = Bench::new(31) else { return };
    let stream = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("socket");
    let from: std::net::SocketAddr = format!("{}:0", other.source).parse().expect("address");
    stream.bind(&from.into()).expect("bound");
    stream.connect(&other.sensor.address("tcp").into()).expect("connected");
    drop(TcpStream::from(stream));
    let touches = other.touches(1);
    assert_eq!(kinds(&touches), [Kind::Connect], "{touches:#?}");
    other.source.clear();
}

#[test]
fn ports_that_are_declared_and_answers_to_what_the_machine_asked_are_no_touches() {
    let ports = closed(1);
    let Some(bench) = Bench::with(40, &format!("ignore_ports = [{}]\n", list(&ports))) else { return };
    bench.nmap(&["-sS", "-p", &list(&ports)]);
    // Somebody answers a program of this machine.
    let asking = UdpSocket::bind("127.0.0.1:0").expect("bound");
    let answering = UdpSocket::bind(format!("{}:0", bench.source)).expect("bound");
    for _ in 0..3 {
        asking.send_to(b"?", answering.local_addr().expect("address")).expect("sent");
        answering.send_to(b"!", asking.local_addr().expect("address")).expect("sent");
    }
    // The mark after which nothing is to be waited for.
    let last = closed(1);
    bench.nmap(&["-sS", "-p", &list(&last)]);
    let touches = bench.touches(1);
    assert_eq!(kinds(&touches), [Kind::Knock], "{touches:#?}");
    assert_eq!(touches[0].touch.dest_port, last[0]);
}

#[test]
fn knocks_are_part_of_the_chain_and_noise_is_marked() {
    let Some(bench) =
        Bench::with(50, "[[noise]]\nfrom = \"127.0.0.0/8\"\nreason = \"our scanner\"\nuntil = \"2999-12-31\"\n")
    else {
        return;
    };
    bench.nmap(&["-sS", "-p", &list(&closed(1))]);
    let touches = bench.touches(1);
    assert_eq!(touches[0].touch.detail["noise"], "our scanner");
    assert!(bench.sensor.verify() >= 1);
}

#[test]
fn packets_over_ipv6_are_seen_too() {
    let Some(bench) = Bench::new(60) else { return };
    let Ok(held) = TcpListener::bind("[::1]:0") else { return };
    let address = held.local_addr().expect("address");
    drop(held);
    assert!(TcpStream::connect(address).is_err());
    let bench = Bench { source: "::1".to_owned(), ..bench };
    let touches = bench.touches(1);
    assert!(touches.iter().any(|signed| signed.touch.kind == Kind::Knock && signed.touch.dest_port == address.port()));
}
