use super::*;

fn packet(last: u8, port: u16, opening: Opening) -> Packet {
    Packet {
        source: SocketAddr::from(([10, 0, 0, last], 40_000)),
        dest: Some(IpAddr::from([10, 0, 0, 5])),
        port,
        opening,
    }
}

struct Bench {
    watch: Watch,
    accepted: Accepted,
    start: Instant,
}

impl Bench {
    fn new() -> Self {
        Self { watch: Watch::new(5), accepted: Accepted::default(), start: Instant::now() }
    }

    fn at(&self, milliseconds: u64) -> Instant {
        self.start + Duration::from_millis(milliseconds)
    }

    fn knock(&mut self, last: u8, port: u16, milliseconds: u64) {
        let at = self.at(milliseconds);
        self.watch.knock(packet(last, port, Opening::Syn), at);
    }

    fn due(&mut self, milliseconds: u64) -> Vec<Draft> {
        let at = self.at(milliseconds);
        self.watch.due(at, &self.accepted)
    }
}

#[test]
fn a_single_packet_is_a_knock_and_its_repetition_is_the_same() {
    let mut bench = Bench::new();
    bench.knock(9, 445, 0);
    assert!(bench.due(500).is_empty());
    let touches = bench.due(1000);
    assert_eq!((touches.len(), touches[0].kind, touches[0].dest_port), (1, Kind::Knock, 445));
    assert_eq!(touches[0].detail["flags"], "syn");
    bench.knock(9, 445, 3000);
    assert!(bench.due(9000).is_empty());
    bench.knock(9, 445, 20_000);
    assert_eq!(bench.due(21_000).len(), 1);
}

#[test]
fn many_ports_are_one_scan_however_many() {
    let mut bench = Bench::new();
    for port in 1..=1000 {
        bench.knock(9, port, u64::from(port));
        assert!(bench.due(u64::from(port)).is_empty());
    }
    let touches = bench.due(3100);
    assert_eq!((touches.len(), touches[0].kind), (1, Kind::PortScan));
    assert_eq!((touches[0].detail["ports"].as_str(), touches[0].detail["count"].as_str()), ("1-1000", "1000"));
    assert!(bench.due(60_000).is_empty() && bench.watch.sources.is_empty());
}

#[test]
fn ports_one_by_one_become_a_scan_once_there_are_enough_within_the_window() {
    let mut bench = Bench::new();
    let mut kinds = Vec::new();
    for step in 0..5u16 {
        let at = u64::from(step) * 2000;
        bench.knock(9, 100 + step, at);
        kinds.extend(bench.due(at + 1500).into_iter().map(|draft| draft.kind));
    }
    let last = bench.due(30_000);
    kinds.extend(last.iter().map(|draft| draft.kind));
    assert_eq!(kinds, [Kind::Knock, Kind::Knock, Kind::Knock, Kind::Knock, Kind::PortScan]);
    assert_eq!(last[0].detail["knocks_before"], "4");
}

#[test]
fn sources_do_not_mix_and_one_port_of_many_addresses_is_a_scan() {
    let mut bench = Bench::new();
    for source in 1..=4 {
        bench.knock(source, 1000 + u16::from(source), 0);
    }
    assert_eq!(bench.due(1000).iter().filter(|draft| draft.kind == Kind::Knock).count(), 4);
    for address in 1..=6 {
        let at = bench.at(2000);
        let knock = Packet { dest: Some(IpAddr::from([10, 0, 1, address])), ..packet(77, 445, Opening::Syn) };
        bench.watch.knock(knock, at);
    }
    let touches = bench.due(5000);
    assert_eq!((touches.len(), touches[0].kind, touches[0].detail["addresses"].as_str()), (1, Kind::PortScan, "6"));
}

#[test]
fn a_connection_that_is_accepted_leaves_nothing_and_one_that_is_not_is_half_open() {
    let mut bench = Bench::new();
    let (kept, left) = (packet(1, 22, Opening::Syn), packet(2, 22, Opening::Syn));
    let at = bench.at(0);
    bench.watch.begin(kept, at);
    bench.watch.begin(left, at);
    bench.watch.begin(left, at);
    bench.accepted.add(kept.source, 22);
    assert!(bench.due(1900).is_empty());
    let touches = bench.due(2000);
    assert_eq!((touches.len(), touches[0].kind, touches[0].source), (1, Kind::HalfOpen, left.source.ip()));
}

#[test]
fn a_flood_of_invented_sources_is_summed_up_in_bounded_memory() {
    let mut bench = Bench::new();
    let at = bench.at(0);
    for number in 0..20_000u32 {
        let source = SocketAddr::from((number.to_be_bytes(), 1));
        bench.watch.knock(Packet { source, ..packet(0, 445, Opening::Syn) }, at);
        bench.watch.begin(Packet { source, ..packet(0, 22, Opening::Syn) }, at);
    }
    assert!(bench.watch.sources.len() <= SOURCES && bench.watch.waiting.len() <= WAITING);
    let touches = bench.due(5000);
    let beyond = touches.iter().find(|draft| draft.detail.contains_key("more_packets")).expect("summed up");
    let expected = 20_000 - SOURCES + 20_000 - SOURCES;
    assert_eq!(beyond.detail["more_packets"], expected.to_string());
}
