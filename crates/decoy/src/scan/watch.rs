//! What packets amount to. All state is bounded: sources, their ports, and connections that are waited for.

use super::packet::Opening;
use super::ports::Ports;
use crate::spool::Draft;
use hakutaku_model::touch::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Knocks of one source wait so long for more, so that a scan becomes one touch.
const GATHER: Duration = Duration::from_secs(1);
/// Different ports within this time make a scan; the same port again within it is the same knock.
const WINDOW: Duration = Duration::from_secs(10);
/// A scan that pauses so long is written down.
const PAUSE: Duration = Duration::from_secs(2);
/// Of a scan that goes on and on: each further touch stands for so much of it.
const STRETCH: Duration = Duration::from_secs(60);
/// A connection must be accepted within this time.
const ACCEPT: Duration = Duration::from_secs(2);
/// Sources watched at once; packets of further ones are summed up.
const SOURCES: usize = 4096;
/// Sources whose ports may take 8 KiB.
const LARGE: usize = 64;
/// Addresses of ours told apart for one source.
const ADDRESSES: usize = 64;
/// Connections waited for at once.
const WAITING: usize = 8192;
/// Accepted connections remembered.
const ACCEPTED: usize = 65_536;

/// Connections that decoys have accepted in the last seconds, told to the detector by the listeners.
#[derive(Debug, Default)]
pub struct Accepted(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    now: BTreeSet<(SocketAddr, u16)>,
    before: BTreeSet<(SocketAddr, u16)>,
    since: Option<Instant>,
}

impl Accepted {
    /// Remembers one, for five to ten seconds.
    pub fn add(&self, source: SocketAddr, port: u16) {
        let Ok(mut recent) = self.0.lock() else { return };
        if recent.since.is_none_or(|since| since.elapsed() > Duration::from_secs(5)) || recent.now.len() >= ACCEPTED {
            recent.before = std::mem::take(&mut recent.now);
            recent.since = Some(Instant::now());
        }
        recent.now.insert((SocketAddr::new(source.ip().to_canonical(), source.port()), port));
    }

    /// Whether it was accepted.
    #[must_use]
    pub fn has(&self, source: SocketAddr, port: u16) -> bool {
        self.0.lock().is_ok_and(|recent| {
            let key = (source, port);
            recent.now.contains(&key) || recent.before.contains(&key)
        })
    }
}

/// A packet that begins something.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    /// From where.
    pub source: SocketAddr,
    /// To which address of ours, where it is known.
    pub dest: Option<IpAddr>,
    /// To which port.
    pub port: u16,
    /// How it begins.
    pub opening: Opening,
}

#[derive(Debug)]
struct Source {
    /// Waiting to be written.
    waiting: Vec<Packet>,
    since: Instant,
    last: Instant,
    /// Ports known of this source, TCP and UDP: written or waiting.
    tcp: Ports,
    udp: Ports,
    addresses: BTreeSet<IpAddr>,
    known_since: Instant,
    /// Places written as single knocks before it was a scan.
    knocks: usize,
    scan: Option<Burst>,
}

/// The part of a scan that is not written yet.
#[derive(Debug)]
struct Burst {
    first: Packet,
    tcp: Ports,
    udp: Ports,
    openings: BTreeSet<Opening>,
    packets: u64,
    since: Instant,
    is_empty: bool,
    written: u32,
}

/// The detector's memory.
#[derive(Debug)]
pub struct Watch {
    threshold: usize,
    sources: HashMap<IpAddr, Source>,
    large: usize,
    waiting: HashMap<(SocketAddr, u16), (Packet, Instant)>,
    half_open: HashMap<(IpAddr, u16), Instant>,
    beyond: Option<(Packet, u64)>,
}

impl Watch {
    /// `threshold`: how many different ports make a scan.
    #[must_use]
    pub fn new(threshold: usize) -> Self {
        Self {
            threshold: threshold.max(2),
            sources: HashMap::new(),
            large: 0,
            waiting: HashMap::new(),
            half_open: HashMap::new(),
            beyond: None,
        }
    }

    /// A packet to a port where nobody is.
    pub fn knock(&mut self, packet: Packet, now: Instant) {
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&packet.source.ip()) {
            self.sum_up(packet);
            return;
        }
        let source = self.sources.entry(packet.source.ip()).or_insert_with(|| Source::new(now));
        let may_grow = self.large < LARGE;
        let was_large = source.is_large();
        source.knock(packet, now, self.threshold, may_grow);
        self.large += usize::from(!was_large && source.is_large());
    }

    /// A connection to a decoy begins: it is waited for.
    pub fn begin(&mut self, packet: Packet, now: Instant) {
        if self.waiting.len() >= WAITING {
            self.sum_up(packet);
            return;
        }
        self.waiting.entry((packet.source, packet.port)).or_insert((packet, now));
    }

    fn sum_up(&mut self, packet: Packet) {
        let beyond = self.beyond.get_or_insert((packet, 0));
        beyond.1 += 1;
    }

    /// What is ripe to be written.
    pub fn due(&mut self, now: Instant, accepted: &Accepted) -> Vec<Draft> {
        self.take(now, accepted, false)
    }

    /// All that waits, ripe or not.
    pub fn rest(&mut self, now: Instant, accepted: &Accepted) -> Vec<Draft> {
        self.take(now, accepted, true)
    }

    fn take(&mut self, now: Instant, accepted: &Accepted, all: bool) -> Vec<Draft> {
        let mut out = Vec::new();
        for source in self.sources.values_mut() {
            source.due(now, all, &mut out);
        }
        self.sources.retain(|_, source| !source.is_over(now));
        self.large = self.sources.values().filter(|source| source.is_large()).count();
        self.half_open.retain(|_, seen| now.duration_since(*seen) < WINDOW);
        let (half_open, beyond) = (&mut self.half_open, &mut self.beyond);
        self.waiting.retain(|(source, port), (packet, since)| {
            if !all && now.duration_since(*since) < ACCEPT {
                return true;
            }
            let key = (source.ip(), *port);
            if accepted.has(*source, *port) {
                return false;
            }
            if half_open.len() >= SOURCES && !half_open.contains_key(&key) {
                beyond.get_or_insert((*packet, 0)).1 += 1;
            } else if half_open.insert(key, now).is_none() {
                out.push(draft(packet, Kind::HalfOpen, BTreeMap::new()));
            } // else again within the window: the same attempt, repeated.
            false
        });
        if let Some((packet, count)) = self.beyond.take() {
            let detail = BTreeMap::from([("more_packets".to_owned(), count.to_string())]);
            out.push(draft(&packet, Kind::PortScan, detail));
        }
        out
    }
}

impl Source {
    fn new(now: Instant) -> Self {
        Self {
            waiting: Vec::new(),
            since: now,
            last: now,
            tcp: Ports::default(),
            udp: Ports::default(),
            addresses: BTreeSet::new(),
            known_since: now,
            knocks: 0,
            scan: None,
        }
    }

    fn is_large(&self) -> bool {
        let burst = self.scan.as_ref().is_some_and(|burst| burst.tcp.is_large() || burst.udp.is_large());
        self.tcp.is_large() || self.udp.is_large() || burst
    }

    fn is_over(&self, now: Instant) -> bool {
        let pending = !self.waiting.is_empty() || self.scan.as_ref().is_some_and(|burst| !burst.is_empty);
        !pending && now.duration_since(self.last) >= WINDOW
    }

    fn knock(&mut self, packet: Packet, now: Instant, threshold: usize, may_grow: bool) {
        // What was known is forgotten after a while: who scans for hours is heard of again.
        let keep = if self.scan.is_some() { STRETCH } else { WINDOW };
        if self.waiting.is_empty() && now.duration_since(self.known_since) >= keep {
            (self.tcp, self.udp) = (Ports::default(), Ports::default());
            self.addresses.clear();
            (self.known_since, self.knocks) = (now, 0);
        }
        self.last = now;
        let mut is_new = match packet.opening.is_udp() {
            true => self.udp.add(packet.port, may_grow),
            false => self.tcp.add(packet.port, may_grow),
        };
        if let Some(dest) = packet.dest
            && self.addresses.len() < ADDRESSES
        {
            is_new |= self.addresses.insert(dest);
        }
        if let Some(burst) = &mut self.scan {
            burst.add(packet, is_new, now, may_grow);
            return;
        }
        if !is_new {
            return;
        }
        if self.waiting.is_empty() {
            self.since = now;
        }
        self.waiting.push(packet);
        let ports = self.tcp.count() + self.udp.count();
        if ports >= threshold || self.addresses.len() >= threshold {
            let mut burst = Burst::new(self.waiting.first().copied().unwrap_or(packet), self.since);
            for packet in self.waiting.drain(..) {
                burst.add(packet, true, self.since, may_grow);
            }
            self.scan = Some(burst);
        }
    }

    fn due(&mut self, now: Instant, all: bool, out: &mut Vec<Draft>) {
        if let Some(burst) = &mut self.scan {
            let longest = if burst.written == 0 { WINDOW } else { STRETCH };
            let ripe = now.duration_since(self.last) >= PAUSE || now.duration_since(burst.since) >= longest;
            if !burst.is_empty && (ripe || all) {
                out.push(burst.draft(self.addresses.len(), self.knocks));
                let written = burst.written + 1;
                *burst = Burst { written, ..Burst::new(burst.first, now) };
            }
            return;
        }
        if !self.waiting.is_empty() && (all || now.duration_since(self.since) >= GATHER) {
            self.knocks += self.waiting.len();
            out.extend(self.waiting.drain(..).map(|packet| {
                let transport = if packet.opening.is_udp() { "udp" } else { "tcp" };
                let mut detail = BTreeMap::from([("transport".to_owned(), transport.to_owned())]);
                if !packet.opening.is_udp() {
                    detail.insert("flags".to_owned(), packet.opening.key().to_owned());
                }
                draft(&packet, Kind::Knock, detail)
            }));
        }
    }
}

impl Burst {
    fn new(first: Packet, since: Instant) -> Self {
        Self {
            first,
            tcp: Ports::default(),
            udp: Ports::default(),
            openings: BTreeSet::new(),
            packets: 0,
            since,
            is_empty: true,
            written: 0,
        }
    }

    fn add(&mut self, packet: Packet, is_new: bool, now: Instant, may_grow: bool) {
        if self.is_empty {
            // Repeated packets to ports already written tell nothing new.
            if !is_new {
                return;
            }
            (self.is_empty, self.since, self.first) = (false, now, packet);
        }
        self.packets += 1;
        self.openings.insert(packet.opening);
        let ports = if packet.opening.is_udp() { &mut self.udp } else { &mut self.tcp };
        ports.add(packet.port, may_grow);
    }

    fn draft(&self, addresses: usize, knocks: usize) -> Draft {
        let mut detail = BTreeMap::new();
        let mut put = |key: &str, value: String| detail.insert(key.to_owned(), value);
        put("count", (self.tcp.count() + self.udp.count()).to_string());
        put("packets", self.packets.to_string());
        if self.tcp.count() > 0 {
            put("ports", self.tcp.text());
        }
        if self.udp.count() > 0 {
            put("udp_ports", self.udp.text());
        }
        let openings: Vec<&str> = self.openings.iter().map(|opening| opening.key()).collect();
        put("flags", openings.join(","));
        if addresses > 1 {
            put("addresses", addresses.to_string());
        }
        if knocks > 0 {
            put("knocks_before", knocks.to_string());
        }
        if self.written > 0 {
            put("continued", self.written.to_string());
        }
        draft(&self.first, Kind::PortScan, detail)
    }
}

fn draft(packet: &Packet, kind: Kind, mut detail: BTreeMap<String, String>) -> Draft {
    if let Some(dest) = packet.dest {
        detail.insert("dest_ip".to_owned(), dest.to_string());
    }
    Draft {
        protocol: "scan",
        persona: "",
        source: packet.source.ip(),
        source_port: packet.source.port(),
        dest_port: packet.port,
        kind,
        user: None,
        secret_hash: None,
        detail,
    }
}

#[cfg(test)]
mod tests;
