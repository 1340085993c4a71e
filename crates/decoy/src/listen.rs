//! Accepting visitors: connections and datagrams, with limits that never make a decoy blind.

use crate::persona::Kind as PersonaKind;
use crate::protocol::{Decoy, Responder};
use crate::visit::{House, Visit};
use crate::wire::Wire;
use hakutaku_model::touch::Kind;
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Handle;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;
/// Largest datagram looked at.
const DATAGRAM: usize = 4096;
/// Answers to one source within a second; more datagrams are still written down.
const ANSWERS: u32 = 50;
/// Sources whose answers are counted at once.
const SOURCES: usize = 4096;

/// What is offered at one address.
#[derive(Clone, Copy)]
pub struct Offer {
    /// Protocol.
    pub protocol: &'static str,
    /// Persona.
    pub persona: PersonaKind,
}

fn socket(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Binds an address for connections.
///
/// # Errors
/// If the address is taken, foreign, or needs rights.
pub fn bind_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address, Type::STREAM, Protocol::TCP)?;
    // Connections of an earlier run that linger must not keep the sensor from starting.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Binds an address for datagrams.
///
/// # Errors
/// As [`bind_tcp`].
pub fn bind_udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket(address, Type::DGRAM, Protocol::UDP)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Counts an open connection for as long as it lives. Those who are turned away take no room while their touch is
/// written: else a crowd before one full decoy would close the others.
struct Place {
    house: Arc<House>,
    here: Arc<AtomicUsize>,
    is_inside: bool,
}

impl Place {
    fn take(house: &Arc<House>, here: &Arc<AtomicUsize>) -> Self {
        house.open.fetch_add(1, Ordering::Relaxed);
        let all = house.inside.fetch_add(1, Ordering::Relaxed);
        let at_this = here.fetch_add(1, Ordering::Relaxed);
        let fits = all < house.room.connections && at_this < house.room.per_decoy;
        let mut place = Self { house: house.clone(), here: here.clone(), is_inside: true };
        if !fits {
            place.leave();
        }
        house.room.alarm(house.spool.figures(), fits, all);
        place
    }

    /// No longer inside.
    fn leave(&mut self) {
        if std::mem::take(&mut self.is_inside) {
            self.house.inside.fetch_sub(1, Ordering::Relaxed);
            self.here.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
        self.house.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Accepts connections for ever. `beside` runs the visits of heavy protocols.
pub async fn serve_tcp(house: Arc<House>, offer: Offer, decoy: Arc<dyn Decoy>, listener: TcpListener, beside: Handle) {
    let here = Arc::new(AtomicUsize::new(0));
    let mut reserve = File::open("/dev/null").ok();
    loop {
        match listener.accept().await {
            Ok((stream, source)) => {
                let place = Place::take(&house, &here);
                let Ok(local) = stream.local_addr() else { continue };
                if house.config.scan.enabled {
                    house.accepted.add(source, local.port());
                }
                let visit = Visit::new(house.clone(), offer.protocol, offer.persona, source, local);
                if !place.is_inside {
                    // Closed at once: its descriptor is what there is too little of.
                    drop(stream);
                    tokio::spawn(turn_away(visit, place));
                } else if decoy.is_heavy() {
                    beside.spawn(attend(visit, stream, decoy.clone(), place));
                } else {
                    tokio::spawn(attend(visit, stream, decoy.clone(), place));
                }
            }
            Err(error) if is_out_of_descriptors(&error) => {
                house.room.short(house.spool.figures(), &error.to_string());
                // Gives up the reserve to let one visitor in, see who it is, and close.
                drop(reserve.take());
                if let Ok((stream, source)) = listener.accept().await
                    && let Ok(local) = stream.local_addr()
                {
                    if house.config.scan.enabled {
                        house.accepted.add(source, local.port());
                    }
                    let mut place = Place::take(&house, &here);
                    place.leave();
                    let visit = Visit::new(house.clone(), offer.protocol, offer.persona, source, local);
                    drop(stream);
                    turn_away(visit, place).await;
                }
                reserve = File::open("/dev/null").ok();
                if reserve.is_none() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            // The visitor left before we looked, or the network hiccuped: nothing to do but go on.
            Err(error) => {
                tracing::debug!(%error, "accept");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

fn is_out_of_descriptors(error: &io::Error) -> bool {
    // EMFILE 24, ENFILE 23, ENOBUFS 105, ENOMEM 12 (Linux).
    matches!(error.raw_os_error(), Some(24 | 23 | 105 | 12))
}

/// Too many are here: the touch is written, the door is closed already.
async fn turn_away(visit: Visit, place: Place) {
    if let Err(error) = visit.touch_noting(Kind::Connect, &[("turned_away", b"full")]).await {
        tracing::warn!(%error, "a visitor who was turned away");
    }
    drop(place);
}

async fn attend(visit: Visit, stream: TcpStream, decoy: Arc<dyn Decoy>, place: Place) {
    let limits = &visit.house().config.limits;
    // Small answers must not wait for more (Nagle); failing to say so costs nothing.
    let _ = stream.set_nodelay(true);
    let wire = Wire::new(stream, limits.idle(), limits.visit_bytes, visit.seen().clone());
    let end = tokio::time::sleep(limits.visit());
    let settle = tokio::time::sleep(limits.settle());
    let mut settled = false;
    {
        let serving = decoy.serve(visit.clone(), wire);
        tokio::pin!(serving, end, settle);
        loop {
            tokio::select! {
                done = &mut serving => {
                    if let Err(error) = done {
                        tracing::debug!(%error, "visit ended");
                    }
                    break;
                }
                () = &mut end => break,
                () = &mut settle, if !settled => {
                    settled = true;
                    if visit.settle().await.is_err() {
                        break;
                    }
                }
            }
        }
    }
    if let Err(error) = visit.settle().await {
        tracing::warn!(%error, "a visit that ended");
    }
    drop(place);
}

/// Answers datagrams for ever.
pub async fn serve_udp(house: Arc<House>, offer: Offer, responder: Arc<dyn Responder>, socket: UdpSocket) {
    let mut buffer = vec![0; DATAGRAM];
    let socket = Arc::new(socket);
    let Ok(bound) = socket.local_addr() else { return };
    let mut answers = Answers::default();
    loop {
        let (count, source) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            // An ICMP error of an earlier answer.
            Err(error) => {
                tracing::debug!(%error, "receive");
                continue;
            }
        };
        let local = if bound.ip().is_unspecified() { way_to(source, bound.port()).unwrap_or(bound) } else { bound };
        let visit = Visit::new(house.clone(), offer.protocol, offer.persona, source, local);
        visit.seen().add(&buffer[..count]);
        let may_answer = answers.may(source.ip());
        let (responder, socket, datagram) = (responder.clone(), socket.clone(), buffer[..count].to_vec());
        let place = Place::take(&house, &Arc::new(AtomicUsize::new(0)));
        if !place.is_inside {
            turn_away_datagram(&visit).await;
            continue;
        }
        tokio::spawn(async move {
            let answer = responder.answer(&visit, &datagram).await;
            match visit.settle().await {
                Ok(()) => {
                    if let Some(answer) = answer.filter(|_| may_answer) {
                        let _ = socket.send_to(&answer, source).await;
                    }
                }
                Err(error) => tracing::warn!(%error, "a datagram"),
            }
            drop(place);
        });
    }
}

async fn turn_away_datagram(visit: &Visit) {
    let _ = visit.touch_noting(Kind::Connect, &[("turned_away", b"full")]).await;
}

/// The local address from which a source would be answered, when all addresses are listened on.
fn way_to(source: SocketAddr, port: u16) -> Option<SocketAddr> {
    let any: SocketAddr = if source.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { (IpAddr::from([0u16; 8]), 0).into() };
    let probe = std::net::UdpSocket::bind(any).ok()?;
    // Connecting a datagram socket sends nothing; it only chooses the way.
    probe.connect(source).ok()?;
    Some(SocketAddr::new(probe.local_addr().ok()?.ip(), port))
}

/// Answers given within the running second, by source.
#[derive(Default)]
struct Answers {
    counts: HashMap<IpAddr, u32>,
    since: Option<Instant>,
}

impl Answers {
    fn may(&mut self, source: IpAddr) -> bool {
        if self.since.is_none_or(|since| since.elapsed() >= Duration::from_secs(1)) {
            self.counts.clear();
            self.since = Some(Instant::now());
        }
        if self.counts.len() >= SOURCES && !self.counts.contains_key(&source) {
            return false;
        }
        let count = self.counts.entry(source).or_insert(0);
        *count += 1;
        *count <= ANSWERS
    }
}
