//! SSH (RFC 4251 to 4254) up to the sign-in that never succeeds.
//!
//! Written out rather than taken from a crate: user names are bytes here (a Shift_JIS name is no UTF-8), every try must be
//! on disk before its answer, and the lists a server sends are its fingerprint.

mod auth;
mod cipher;
mod data;
mod group;
mod kex;

use super::octets::Octets;
use super::{Decoy, Serving};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, line};
use auth::Method;
use cipher::{Opener, Sealer};
use data::string;
use hakutaku_model::touch::Kind;
use kex::{Family, Transcript};
use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

/// Longest identification line taken. RFC 4253, 4.2 says 255; OpenSSH takes this much.
const LINE: usize = 8192;
/// Packets before the sign-in begins, and in all, that make sense.
const PACKETS: u32 = 200;
/// OpenSSH answers failures no faster than this.
const FAILURE: Duration = Duration::from_millis(6);

const DISCONNECT: u8 = 1;
const SERVICE_REQUEST: u8 = 5;
const SERVICE_ACCEPT: u8 = 6;
const EXT_INFO: u8 = 7;
const NEWKEYS: u8 = 21;
const KEX_ECDH_INIT: u8 = 30;
const USERAUTH_FAILURE: u8 = 51;

/// SSH.
pub(super) struct Ssh;

impl Decoy for Ssh {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(converse(visit, wire))
    }

    fn is_heavy(&self) -> bool {
        true
    }
}

struct Transport {
    wire: Wire,
    opener: Opener,
    sealer: Sealer,
    left: u32,
}

impl Transport {
    /// The next packet that is not for the other layer to skip: IGNORE, UNIMPLEMENTED, DEBUG, EXT_INFO.
    async fn next(&mut self) -> io::Result<Vec<u8>> {
        loop {
            self.left = self.left.checked_sub(1).ok_or_else(|| wrong("too many packets"))?;
            let payload = self.opener.read(&mut self.wire).await?;
            match payload.first() {
                Some(&DISCONNECT) | None => return Err(io::ErrorKind::ConnectionAborted.into()),
                Some(2..=4 | &EXT_INFO) => {}
                Some(_) => return Ok(payload),
            }
        }
    }

    async fn send(&mut self, payload: &[u8]) -> io::Result<()> {
        let packet = self.sealer.seal(payload)?;
        self.wire.write_all(&packet).await?;
        self.wire.flush().await
    }

    /// Says why and is done (RFC 4253, 11.1).
    async fn disconnect(&mut self, reason: u32, words: &[u8]) -> io::Result<()> {
        let mut out = vec![DISCONNECT];
        out.extend_from_slice(&reason.to_be_bytes());
        string(&mut out, words);
        string(&mut out, b"");
        self.send(&out).await
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

async fn converse(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let identity = visit.identity().clone();
    let family = Family::of(&identity);
    let server_version = format!("SSH-2.0-{}", family.identification);
    wire.write_all(format!("{server_version}\r\n").as_bytes()).await?;
    let Some(client_version) = line(&mut wire, LINE).await? else { return Ok(()) };
    let Some(client) = client_version.strip_prefix(b"SSH-") else {
        if family.is_openssh {
            wire.write_all(b"Invalid SSH identification string.\r\n").await?;
        }
        return Ok(());
    };
    visit.reached(Kind::Handshake);
    visit.note("client", client);
    if !client.starts_with(b"2.0-") && !client.starts_with(b"1.99-") {
        return wire.write_all(b"Protocol major versions differ.\r\n").await;
    }
    let mut transport = Transport { wire, opener: Opener::clear(), sealer: Sealer::clear(), left: PACKETS };
    exchange_keys(&visit, &family, &mut transport, &client_version, server_version.as_bytes()).await?;
    sign_in(&visit, &family, &mut transport).await
}

async fn exchange_keys(
    visit: &Visit,
    family: &Family,
    transport: &mut Transport,
    client_version: &[u8],
    server_version: &[u8],
) -> io::Result<()> {
    let mut cookie = [0; 16];
    getrandom::fill(&mut cookie).map_err(io::Error::other)?;
    let server_init = family.init(&cookie);
    transport.send(&server_init).await?;
    let client_init = transport.next().await?;
    let offer = kex::offer(&client_init).ok_or_else(|| wrong("no KEXINIT"))?;
    let Some(chosen) = offer.choose(family) else {
        transport.disconnect(3, b"no matching key exchange method found").await?;
        return Err(wrong("nothing in common"));
    };
    if chosen.skip {
        transport.next().await?;
    }
    let init = transport.next().await?;
    let mut reader = Octets(&init);
    if reader.u8() != Some(KEX_ECDH_INIT) {
        return Err(wrong("no public value"));
    }
    let public = reader.counted().ok_or_else(|| wrong("no public value"))?;
    let transcript =
        Transcript { client_version, server_version, client_init: &client_init, server_init: &server_init };
    let exchanged = kex::exchange(&chosen, visit.identity(), &transcript, public)
        .ok_or_else(|| wrong("a public value that is none"))?;
    // Whoever has this has seen the host key: that is what they asked for, if they leave now.
    visit.reached(Kind::Probe);
    transport.send(&exchanged.reply).await?;
    transport.send(&[NEWKEYS]).await?;
    let derive = |letter, count| exchanged.derive(letter, count);
    let ([there, back], [mac_there, mac_back]) = (chosen.ciphers, chosen.macs);
    transport.sealer.change(back, mac_back, &derive).ok_or_else(|| wrong("keys"))?;
    if chosen.strict {
        transport.sealer.sequence = 0;
    }
    if let Some(algorithms) = family.signature_algorithms.filter(|_| chosen.wants_extensions) {
        transport.send(&extensions(algorithms, family.is_hostbound)).await?;
    }
    if transport.next().await? != [NEWKEYS] {
        return Err(wrong("no NEWKEYS"));
    }
    transport.opener.change(there, mac_there, &derive).ok_or_else(|| wrong("keys"))?;
    if chosen.strict {
        transport.opener.sequence = 0;
    }
    Ok(())
}

/// EXT_INFO (RFC 8308, 2.3).
fn extensions(algorithms: &str, is_hostbound: bool) -> Vec<u8> {
    let mut out = vec![EXT_INFO, 0, 0, 0, if is_hostbound { 2 } else { 1 }];
    string(&mut out, b"server-sig-algs");
    string(&mut out, algorithms.as_bytes());
    if is_hostbound {
        string(&mut out, b"publickey-hostbound@openssh.com");
        string(&mut out, b"0");
    }
    out
}

async fn sign_in(visit: &Visit, family: &Family, transport: &mut Transport) -> io::Result<()> {
    let mut failures = 0;
    let mut first: Option<(Vec<u8>, Vec<u8>)> = None;
    loop {
        let payload = transport.next().await?;
        match payload.first().copied() {
            Some(SERVICE_REQUEST) => {
                let mut reader = Octets(&payload);
                reader.u8();
                if reader.counted() != Some(b"ssh-userauth") {
                    return transport.disconnect(2, b"bad service request").await;
                }
                let mut accept = vec![SERVICE_ACCEPT];
                string(&mut accept, b"ssh-userauth");
                transport.send(&accept).await?;
            }
            Some(auth::REQUEST) => {
                let request = auth::request(&payload).ok_or_else(|| wrong("a request that is none"))?;
                let counts = request.method != Method::None || first.is_some();
                match request.method {
                    Method::Password(password) => visit.sign_in(request.user, Secret::Text(password)).await?,
                    Method::Key { algorithm, blob } => {
                        let fingerprint = auth::fingerprint(blob);
                        let details = [("key", fingerprint.as_bytes()), ("key_type", algorithm)];
                        visit.touch_with(Kind::SignIn, Some(request.user), Secret::None, &details).await?;
                    }
                    // Asks which methods there are; remembered, in case nothing follows.
                    Method::None => visit.note("asked_as", request.user),
                    Method::Other(method) => {
                        visit.note("asked_as", request.user);
                        visit.note("method", method);
                    }
                }
                let asked = (request.user.to_vec(), request.service.to_vec());
                let before = first.get_or_insert_with(|| asked.clone());
                // OpenSSH lets nobody change who they are.
                if *before != asked {
                    let words: Vec<u8> = [
                        &b"Change of username or service not allowed: ("[..],
                        &before.0,
                        b",",
                        &before.1,
                        b") -> (",
                        &asked.0,
                        b",",
                        &asked.1,
                        b")",
                    ]
                    .concat();
                    return transport.disconnect(2, &words).await;
                }
                if counts {
                    failures += 1;
                    tokio::time::sleep(FAILURE).await;
                }
                if failures >= family.tries {
                    return transport.disconnect(2, b"Too many authentication failures").await;
                }
                let mut failure = vec![USERAUTH_FAILURE];
                string(&mut failure, b"publickey,password");
                failure.push(0);
                transport.send(&failure).await?;
            }
            // New keys are not exchanged before anybody is inside, and nothing else belongs here.
            _ => return Err(wrong("a packet out of place")),
        }
    }
}

/// Entry of the fuzz target: everything that reads a visitor's bytes before there are keys.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = cipher::payload(bytes);
    let _ = auth::request(bytes);
    let identity = crate::persona::Identity::new(&[0; 32], crate::persona::Kind::LinuxServer, [127, 0, 0, 1].into());
    if let Some(offer) = kex::offer(bytes) {
        let _ = offer.choose(&Family::of(&identity));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_never_panic(start in prop::sample::select(vec![0u8, 20, 30, 50]), rest in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut bytes = vec![start];
            bytes.extend(rest);
            super::fuzz(&bytes);
        }
    }
}
