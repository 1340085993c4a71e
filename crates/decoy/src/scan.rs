//! The port-scan detector: packets to ports where nothing listens, scans, and connections begun and not completed.
//!
//! Raw sockets (raw(7); the right `CAP_NET_RAW`) show every packet that is delivered to this machine, never what it sends.
//! A filter in the kernel (classic BPF) drops the segments of running connections before they are copied, so that busy
//! decoys cost the detector nothing. Only what *begins* something counts: see [`packet`]. A thread of its own reads, and
//! [`watch`] decides what the packets amount to.

pub mod packet;
pub mod ports;
pub mod watch;

use crate::spool::{Draft, now};
use crate::text;
use crate::visit::House;
use hakutaku_model::touch::health::Trouble;
use packet::Opening;
use socket2::{Domain, Protocol, SockFilter, Socket, Type};
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use watch::{Packet, Watch};

/// How often the watch is asked what is ripe.
const TICK: Duration = Duration::from_millis(200);
/// Packets read before anything else gets a turn.
const BURST: usize = 512;
/// Bytes of a packet that are looked at: the longest headers, and a little.
const SNAP: usize = 160;
/// Kernel memory for packets that wait.
const BUFFER: usize = 4 * 1024 * 1024;
/// Touches that may wait for the disk.
const QUEUE: usize = 1024;
/// How long what is known of the machine's own sockets and addresses holds.
const FRESH: Duration = Duration::from_secs(1);
/// How often within that time the table of sockets is read again because of a datagram to a port it does not have: often
/// enough that a program which has just begun to ask is known, too seldom for a flood to be felt.
const READS: u32 = 200;
/// Chatter of every network that is addressed to nobody in particular: DHCP, NetBIOS names, service discovery.
const CHATTER: [u16; 9] = [67, 68, 137, 138, 546, 1900, 3702, 5353, 5355];

/// A detector that runs. Stops when dropped, after it has written what it knows.
pub struct Detector {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Detector {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Where decoys listen.
#[derive(Debug, Clone, Default)]
pub struct Served {
    /// For connections.
    pub tcp: Vec<SocketAddr>,
    /// For datagrams.
    pub udp: Vec<SocketAddr>,
}

impl Served {
    fn has(addresses: &[SocketAddr], dest: Option<IpAddr>, port: u16) -> bool {
        addresses.iter().any(|address| {
            let here = address.ip().is_unspecified() || dest.is_none_or(|dest| dest == address.ip());
            address.port() == port && here
        })
    }
}

/// Starts the detector. If raw packets cannot be read, [`Trouble::NoScanDetector`] is raised and nothing runs.
#[must_use]
pub fn start(house: &Arc<House>, served: Served) -> Option<Detector> {
    let refused = |error: io::Error| {
        house.spool.figures().raise(
            Trouble::NoScanDetector,
            format!(
                "raw packets cannot be read ({error}): give the program the right CAP_NET_RAW, or switch [scan] off"
            ),
        );
    };
    let sockets = match open() {
        Ok(sockets) => sockets,
        Err(error) => {
            refused(error);
            return None;
        }
    };
    let (stop, stopped) = oneshot::channel();
    let house_there = house.clone();
    let spawned = std::thread::Builder::new().name("scan".to_owned()).stack_size(512 * 1024).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(run(house_there, served, sockets, stopped)),
            Err(error) => tracing::error!(%error, "the scan detector"),
        }
    });
    match spawned {
        Ok(thread) => Some(Detector { stop: Some(stop), thread: Some(thread) }),
        Err(error) => {
            refused(error);
            None
        }
    }
}

/// One raw socket and how to read it.
struct Tap {
    socket: std::net::UdpSocket,
    is_v6: bool,
    is_udp: bool,
}

fn open() -> io::Result<Vec<Tap>> {
    let mut taps = Vec::new();
    for (is_v6, is_udp) in [(false, false), (false, true), (true, false), (true, true)] {
        match tap(is_v6, is_udp) {
            Ok(tap) => taps.push(tap),
            // A machine without IPv6 has nothing to watch there.
            Err(error) if is_v6 => tracing::info!(%error, "no raw packets over IPv6"),
            Err(error) => return Err(error),
        }
    }
    Ok(taps)
}

fn tap(is_v6: bool, is_udp: bool) -> io::Result<Tap> {
    let domain = if is_v6 { Domain::IPV6 } else { Domain::IPV4 };
    let protocol = if is_udp { Protocol::UDP } else { Protocol::TCP };
    let socket = Socket::new(domain, Type::RAW, Some(protocol))?;
    // A smaller buffer than asked for is no reason to see nothing.
    let _ = socket.set_recv_buffer_size(BUFFER);
    if !is_udp {
        socket.attach_filter(&beginnings(is_v6))?;
    }
    socket.set_nonblocking(true)?;
    // The standard library's datagram socket reads from any socket of packets, with the sender's address.
    Ok(Tap { socket: socket.into(), is_v6, is_udp })
}

/// Lets pass TCP segments without ACK and RST. Raw IPv4 sockets show packets with the internet header, raw IPv6 sockets
/// without (RFC 3542, 3). Operations as in linux/bpf_common.h.
fn beginnings(is_v6: bool) -> Vec<SockFilter> {
    const LOAD_BYTE: u16 = 0x30; // A = byte at k
    const LOAD_BYTE_AT: u16 = 0x50; // A = byte at X + k
    const LOAD_HEADER_LENGTH: u16 = 0xb1; // X = 4 * (low half of the byte at k)
    const JUMP_IF_ANY_SET: u16 = 0x45; // any bit of k set in A?
    const RETURN: u16 = 0x06; // keep k bytes
    let mut program = Vec::new();
    if is_v6 {
        program.push(SockFilter::new(LOAD_BYTE, 0, 0, 13));
    } else {
        program.push(SockFilter::new(LOAD_HEADER_LENGTH, 0, 0, 0));
        program.push(SockFilter::new(LOAD_BYTE_AT, 0, 0, 13));
    }
    program.extend([
        SockFilter::new(JUMP_IF_ANY_SET, 0, 1, 0x14),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, SNAP as u32),
    ]);
    program
}

async fn run(house: Arc<House>, served: Served, taps: Vec<Tap>, mut stopped: oneshot::Receiver<()>) {
    let (packets, mut read) = mpsc::channel(BURST);
    for tap in taps {
        let (is_v6, is_udp) = (tap.is_v6, tap.is_udp);
        match UdpSocket::from_std(tap.socket) {
            Ok(socket) => drop(tokio::spawn(listen(socket, is_v6, is_udp, packets.clone()))),
            Err(error) => house.spool.figures().raise(Trouble::NoScanDetector, error.to_string()),
        }
    }
    drop(packets);
    // Touches are written beside the reading, in their order: a slow disk must not make the detector blind.
    let (drafts, mut queue) = mpsc::channel::<Draft>(QUEUE);
    let spool = house.spool.clone();
    let writing = tokio::spawn(async move {
        while let Some(draft) = queue.recv().await {
            if let Err(error) = spool.write(draft).await {
                tracing::warn!(%error, "a scan");
            }
        }
    });
    let mut judge = Judge { watch: Watch::new(house.config.scan.ports), own: Own::default(), served, house };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // Told to stop, or the sensor is gone.
            _ = &mut stopped => break,
            Some(packet) = read.recv() => judge.packet(packet, Instant::now()),
            _ = tick.tick() => {
                // What finds no place in the queue waits in the watch: nothing is taken before there is room.
                if drafts.capacity() == QUEUE {
                    let due = judge.watch.due(Instant::now(), &judge.house.accepted);
                    judge.send(due, &drafts).await;
                }
            }
        }
    }
    let rest = judge.watch.rest(Instant::now(), &judge.house.accepted);
    judge.send(rest, &drafts).await;
    drop(drafts);
    let _ = writing.await;
}

/// Reads packets of one socket for ever.
async fn listen(socket: UdpSocket, is_v6: bool, is_udp: bool, packets: mpsc::Sender<Packet>) {
    let mut buffer = [0; SNAP];
    loop {
        let (count, from) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            Err(error) => {
                tracing::debug!(%error, "raw packets");
                tokio::time::sleep(TICK).await;
                continue;
            }
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        let (source, dest, payload) = if is_v6 {
            (from.ip(), None, bytes)
        } else {
            match packet::ipv4(bytes) {
                Some((source, dest, payload)) => (IpAddr::V4(source), Some(IpAddr::V4(dest)), payload),
                None => continue,
            }
        };
        let header = if is_udp { packet::udp(payload) } else { packet::tcp(payload) };
        if let Some(header) = header {
            let source = SocketAddr::new(source, header.source_port);
            let packet = Packet { source, dest, port: header.dest_port, opening: header.opening };
            if packets.send(packet).await.is_err() {
                return;
            }
        }
    }
}

struct Judge {
    watch: Watch,
    own: Own,
    served: Served,
    house: Arc<House>,
}

impl Judge {
    fn packet(&mut self, packet: Packet, now: Instant) {
        if self.house.config.scan.ignore_ports.contains(&packet.port) || self.is_for_all(&packet, now) {
            return;
        }
        match packet.opening {
            Opening::Udp => {
                if !Served::has(&self.served.udp, packet.dest, packet.port) && !self.own.is_answer(&packet, now) {
                    self.watch.knock(packet, now);
                }
            }
            Opening::Syn if Served::has(&self.served.tcp, packet.dest, packet.port) => self.watch.begin(packet, now),
            // Flags that begin no connection leave no visit at a decoy's port either.
            _ => self.watch.knock(packet, now),
        }
    }

    /// Broadcast, multicast, and the like.
    fn is_for_all(&mut self, packet: &Packet, now: Instant) -> bool {
        match packet.dest {
            Some(IpAddr::V4(dest)) => {
                dest.is_multicast() || dest.is_broadcast() || self.own.fresh(now).broadcast.contains(&dest)
            }
            _ => packet.opening.is_udp() && CHATTER.contains(&packet.port),
        }
    }

    async fn send(&self, due: Vec<Draft>, drafts: &mpsc::Sender<Draft>) {
        for mut draft in due {
            let today = now().date_in_japan();
            if let Some(reason) = self.house.config.noise_of(draft.source, today) {
                draft.detail.insert("noise".to_owned(), text::bounded(reason));
            }
            let _ = drafts.send(draft).await;
        }
    }
}

/// What the kernel tells of the machine itself.
#[derive(Default)]
struct Own {
    read: Option<Instant>,
    broadcast: BTreeSet<Ipv4Addr>,
    /// Ports at which some program of this machine has a datagram socket.
    bound: BTreeSet<u16>,
    /// Ports at which one had a moment ago: answers may still be on their way.
    before: BTreeSet<u16>,
    ephemeral: Option<(u16, u16)>,
    /// How often the sockets may still be read before the next full reading.
    reads: u32,
}

impl Own {
    fn fresh(&mut self, now: Instant) -> &Self {
        if self.read.is_none_or(|read| now.duration_since(read) >= FRESH) {
            self.read = Some(now);
            let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
            self.broadcast = broadcast(&file("/proc/net/fib_trie"));
            self.before = std::mem::replace(&mut self.bound, bound_now());
            self.reads = READS;
            self.ephemeral = range(&file("/proc/sys/net/ipv4/ip_local_port_range"));
        }
        self
    }

    /// Whether a datagram answers something this machine asked, or is for a program of it: a socket is bound there, or it
    /// comes from a well-known port to one that is given to whoever asks.
    fn is_answer(&mut self, packet: &Packet, now: Instant) -> bool {
        let own = self.fresh(now);
        let (from, to) = own.ephemeral.unwrap_or((32_768, 60_999));
        let given = (from..=to).contains(&packet.port);
        own.bound.contains(&packet.port)
            || own.before.contains(&packet.port)
            || (given && packet.source.port() < 1024 && !packet.source.ip().is_loopback())
            || self.is_newly_bound(packet.port)
    }

    fn is_newly_bound(&mut self, port: u16) -> bool {
        if self.reads == 0 {
            return false;
        }
        self.reads -= 1;
        self.bound.extend(bound_now());
        self.bound.contains(&port)
    }
}

/// The broadcast addresses in `/proc/net/fib_trie`: a line with the address, below it one that ends in `BROADCAST`.
fn broadcast(trie: &str) -> BTreeSet<Ipv4Addr> {
    let mut out = BTreeSet::new();
    let mut last: Option<Ipv4Addr> = None;
    for line in trie.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse().ok();
        } else if line.ends_with("BROADCAST") {
            out.extend(last);
        }
    }
    out
}

/// The ports of this machine's datagram sockets at this moment.
fn bound_now() -> BTreeSet<u16> {
    let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let mut ports = bound(&file("/proc/net/udp"));
    ports.extend(bound(&file("/proc/net/udp6")));
    ports
}

/// Local ports in `/proc/net/udp`: second column, `0100007F:0035`.
fn bound(table: &str) -> BTreeSet<u16> {
    let port = |line: &str| {
        let local = line.split_whitespace().nth(1)?;
        u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()
    };
    table.lines().skip(1).filter_map(port).collect()
}

fn range(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_tables_are_read() {
        let trie = "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 10.0.0.255\n        /32 link BROADCAST\n";
        assert_eq!(broadcast(trie).into_iter().collect::<Vec<_>>(), [Ipv4Addr::new(10, 0, 0, 255)]);
        let table = "  sl  local_address rem_address st\n  10: 0100007F:0035 00000000:0000 07\n  11: 00000000:BFE8 0500000A:0035 01\n";
        assert_eq!(bound(table).into_iter().collect::<Vec<_>>(), [53, 49128]);
        assert_eq!(range("32768\t60999\n"), Some((32768, 60999)));
    }

    #[test]
    fn a_decoy_at_one_address_does_not_serve_another() {
        let served = [SocketAddr::from(([10, 0, 0, 5], 22)), SocketAddr::from(([0, 0, 0, 0], 80))];
        let has = |last, port| Served::has(&served, Some(IpAddr::from([10, 0, 0, last])), port);
        assert!(has(5, 22) && !has(6, 22) && has(6, 80) && !has(5, 23));
    }
}
