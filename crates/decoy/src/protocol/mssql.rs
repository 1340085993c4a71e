//! A database server of the TDS family (MS-TDS): PRELOGIN, TLS inside TDS, LOGIN7 by password or NTLM, error 18456.

mod login;
mod tunnel;

use super::ntlm::{Door, Step};
use super::octets::{Octets, from, random};
use super::spnego;
use super::{Decoy, Serving};
use crate::persona::{Identity, Os};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use login::Login;
use std::io;
use tokio::io::AsyncWriteExt as _;
use tunnel::Tunnel;

const LOGIN_OLD: u8 = 0x02;
const REPLY: u8 = 0x04;
const LOGIN7: u8 = 0x10;
const SSPI: u8 = 0x11;
const PRELOGIN: u8 = 0x12;
/// Longest message: MS-TDS 2.2.6.4 allows 128 kB - 1; no client needs a fourth of it.
const LONGEST: usize = 32 * 1024;
/// Packets of one message.
const PACKETS: usize = 64;

const ENCRYPT_OFF: u8 = 0;
const ENCRYPT_ON: u8 = 1;
const ENCRYPT_NOT_SUPPORTED: u8 = 2;

/// Port 1433.
pub(super) struct Database;

impl Decoy for Database {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire))
    }

    /// TLS key exchanges.
    fn is_heavy(&self) -> bool {
        true
    }
}

/// Version as PRELOGIN has it: major, minor, build.
fn version(identity: &Identity) -> (u8, u8, u16) {
    match identity.os {
        Os::Windows { build: 20_348.., .. } => *identity.pick("mssql", &[(16, 0, 1000), (15, 0, 2000)]),
        Os::Windows { build: 17_763, .. } => *identity.pick("mssql", &[(14, 0, 1000), (15, 0, 2000)]),
        Os::Windows { .. } => *identity.pick("mssql", &[(13, 0, 4001), (13, 0, 5026)]),
        _ => *identity.pick("mssql", &[(14, 0, 3257), (15, 0, 4198)]),
    }
}

/// What a PRELOGIN asks for (2.2.6.5).
#[derive(Debug, PartialEq, Eq)]
struct Prelogin {
    encryption: u8,
    /// Options after the first four, which are answered only if asked for: MARS (4), FEDAUTHREQUIRED (6).
    asks_mars: bool,
    asks_federated: bool,
    version: Option<(u8, u8, u16)>,
}

/// Reads a PRELOGIN.
fn parse_prelogin(bytes: &[u8]) -> Option<Prelogin> {
    let mut prelogin =
        Prelogin { encryption: ENCRYPT_NOT_SUPPORTED, asks_mars: false, asks_federated: false, version: None };
    let mut options = Octets(bytes);
    for index in 0..16 {
        let kind = options.u8()?;
        if kind == 0xff {
            return (index > 0).then_some(prelogin);
        }
        let (at, length) = (options.u16()?, options.u16()?);
        let mut value = Octets(from(bytes, at.into()).take(length.into())?);
        match kind {
            0 => prelogin.version = Some((value.u8()?, value.u8()?, value.u16()?)),
            1 => prelogin.encryption = value.u8()?,
            4 => prelogin.asks_mars = true,
            6 => prelogin.asks_federated = true,
            _ => {}
        }
    }
    None
}

/// The answer: version, encryption, instance found, no thread, and what else was asked for.
fn prelogin(identity: &Identity, encryption: u8, asked: &Prelogin) -> Vec<u8> {
    let (major, minor, build) = version(identity);
    let [high, low] = build.to_be_bytes();
    let version = [major, minor, high, low, 0, 0];
    let mut options: Vec<(u8, &[u8])> =
        vec![(0, &version), (1, std::slice::from_ref(&encryption)), (2, &[0]), (3, &[])];
    if asked.asks_mars {
        options.push((4, &[0]));
    }
    if asked.asks_federated {
        options.push((6, &[0]));
    }
    let (mut table, mut data) = (Vec::new(), Vec::new());
    for (kind, value) in &options {
        let offset = u16::try_from(options.len() * 5 + 1 + data.len()).unwrap_or(0);
        table.push(*kind);
        table.extend(offset.to_be_bytes());
        table.extend(u16::try_from(value.len()).unwrap_or(0).to_be_bytes());
        data.extend_from_slice(value);
    }
    table.push(0xff);
    table.extend(data);
    table
}

/// One packet of a message that fits in one (2.2.3).
fn packet(kind: u8, session: u16, data: &[u8]) -> Vec<u8> {
    let mut out = vec![kind, 1];
    out.extend(u16::try_from(data.len() + 8).unwrap_or(0).to_be_bytes());
    out.extend(session.to_be_bytes());
    out.extend([1, 0]);
    out.extend_from_slice(data);
    out
}

/// The connection, in clear or through TLS.
struct Line {
    wire: Wire,
    tunnel: Option<Tunnel>,
}

impl Line {
    async fn exact(&mut self, count: usize) -> io::Result<Vec<u8>> {
        match &mut self.tunnel {
            Some(tunnel) => tunnel.exact(&mut self.wire, count, LONGEST).await,
            None => exact(&mut self.wire, count, LONGEST).await,
        }
    }

    /// A message: its kind and the data of its packets. Nothing if it is none of the kinds expected.
    async fn message(&mut self, visit: &Visit, expected: &[u8]) -> io::Result<Option<(u8, Vec<u8>)>> {
        let mut data = Vec::new();
        for _ in 0..PACKETS {
            // Another protocol is turned away at its first byte: it may be too short for a header.
            let kind = self.exact(1).await?;
            let Some(kind) = kind.first().copied().filter(|kind| expected.contains(kind)) else { return Ok(None) };
            let head = self.exact(7).await?;
            let (Some(status), Some(length)) = (head.first(), from(&head, 1).u16()) else { return Ok(None) };
            let length = usize::from(length);
            if length < 8 || data.len() + length > LONGEST {
                return Ok(None);
            }
            match self.exact(length - 8).await {
                Ok(more) => data.extend(more),
                Err(error) => {
                    // Left in the middle of a message with a whole, sound header.
                    if head.ends_with(&[0]) && *status <= 0x1f {
                        visit.reached(Kind::Handshake);
                    }
                    return Err(error);
                }
            }
            if status & 1 != 0 {
                return Ok(Some((kind, data)));
            }
        }
        Ok(None)
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.tunnel {
            Some(tunnel) => tunnel.send(&mut self.wire, bytes).await,
            None => self.wire.write_all(bytes).await,
        }
    }
}

async fn serve(visit: Visit, wire: Wire) -> io::Result<()> {
    let session = 51 + u16::from(random::<1>()?[0] % 40);
    let mut line = Line { wire, tunnel: None };
    let Some((mut kind, mut data)) = line.message(&visit, &[PRELOGIN, LOGIN7, LOGIN_OLD]).await? else {
        return line.wire.more().await;
    };
    let mut encrypts_login_only = false;
    if kind == PRELOGIN {
        let Some(asked) = parse_prelogin(&data) else { return Ok(()) };
        visit.reached(Kind::Probe);
        if let Some((major, minor, build)) = asked.version {
            visit.note("client_version", format!("{major}.{minor}.{build}").as_bytes());
        }
        let encryption = match asked.encryption & 3 {
            ENCRYPT_OFF => ENCRYPT_OFF,
            ENCRYPT_NOT_SUPPORTED => ENCRYPT_NOT_SUPPORTED,
            _ => ENCRYPT_ON,
        };
        line.send(&packet(REPLY, 0, &prelogin(visit.identity(), encryption, &asked))).await?;
        if encryption != ENCRYPT_NOT_SUPPORTED {
            // Whoever goes on after the versions are known wants in.
            let machine = visit.house().certificates.of(visit.identity())?;
            line.tunnel = Some(Tunnel::open(&mut line.wire, &machine.config).await?);
            visit.reached(Kind::Handshake);
            visit.note("tls", b"yes");
            encrypts_login_only = encryption == ENCRYPT_OFF;
        }
        let Some(next) = line.message(&visit, &[LOGIN7, LOGIN_OLD]).await? else { return Ok(()) };
        (kind, data) = next;
    }
    let login = match kind {
        LOGIN7 => Login::parse(&data),
        LOGIN_OLD => Login::parse_old(&data),
        _ => None,
    };
    if encrypts_login_only {
        line.tunnel = None;
    }
    let Some(login) = login else { return Ok(()) };
    visit.reached(Kind::Handshake);
    login.note(&visit);
    let user = match &login.sspi {
        None => {
            let user = String::from_utf8_lossy(&login.user).into_owned();
            visit.sign_in(&login.user, Secret::Text(&login.password)).await?;
            user
        }
        Some(token) => match integrated(&visit, &mut line, session, token.clone()).await? {
            Some(user) => user,
            None => return Ok(()),
        },
    };
    let text = format!("Login failed for user '{user}'.");
    let error = login.error(&visit.identity().host.to_uppercase(), &text);
    line.send(&packet(REPLY, session, &error)).await?;
    line.wire.shutdown().await
}

/// NTLM in SSPI tokens (2.2.6.8, 2.2.7.22). Gives the user to name in the error.
async fn integrated(visit: &Visit, line: &mut Line, session: u16, first: Vec<u8>) -> io::Result<Option<String>> {
    let mut token = first;
    let mut door = Door::default();
    for _ in 0..4 {
        let Some(wrapped) = spnego::unwrap(&token) else { return Ok(None) };
        let step = match wrapped.token {
            Some(message) => door.step(visit, message).await?,
            None => Step::Challenge(Vec::new()),
        };
        let challenge = match step {
            Step::Challenge(challenge) => challenge,
            Step::Refused(answer) => {
                let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                return Ok(Some(format!("{}\\{}", read(&answer.domain), read(&answer.user))));
            }
            Step::Anonymous => return Ok(Some("NT AUTHORITY\\ANONYMOUS LOGON".to_owned())),
            Step::Nonsense => return Ok(None),
        };
        let blob = spnego::incomplete(wrapped.wrapping, &challenge);
        let mut reply = vec![0xed];
        reply.extend(u16::try_from(blob.len()).unwrap_or(0).to_le_bytes());
        reply.extend(blob);
        line.send(&packet(REPLY, session, &reply)).await?;
        let Some((_, next)) = line.message(visit, &[SSPI]).await? else { return Ok(None) };
        token = next;
    }
    Ok(None)
}

/// For the fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = parse_prelogin(bytes);
    let _ = Login::parse(bytes);
    let _ = Login::parse_old(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::Kind as PersonaKind;
    use proptest::prelude::*;

    /// What nmap's probe asks, and the answer as SQL Server gives it.
    #[test]
    fn prelogin_is_answered_in_the_form_of_the_product() {
        let asked = b"\0\0\x15\0\x06\x01\0\x1b\0\x01\x02\0\x1c\0\x0c\x03\0\x28\0\x04\xff\x08\0\x01\x55\0\0\0MSSQLServer\0\x48\x0f\0\0";
        let asked = parse_prelogin(asked).expect("read");
        assert_eq!((asked.encryption, asked.version), (0, Some((8, 0, 341))));
        let identity = Identity::new(&[1; 32], PersonaKind::Database, [10, 0, 0, 5].into());
        let answer = packet(REPLY, 0, &prelogin(&identity, 0, &asked));
        let form = b"\x04\x01\0\x25\0\0\x01\0\0\0\x15\0\x06\x01\0\x1b\0\x01\x02\0\x1c\0\x01\x03\0\x1d\0\0\xff";
        assert!(answer.starts_with(form), "{answer:02x?}");
        assert_eq!(answer.len(), 37);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            fuzz(&bytes);
        }
    }
}
