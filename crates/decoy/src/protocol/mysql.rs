//! MySQL and MariaDB up to the password: handshake V10, `mysql_native_password`, error 1045.
//!
//! The packets are those of the protocol's public description, "MySQL Client/Server Protocol", chapter "Connection Phase".

use super::octets::{from, random, until_zero};
use super::{Decoy, Serving};
use crate::persona::{Identity, Os};
use crate::visit::{Proof, Secret, Visit};
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use sha1::{Digest as _, Sha1};
use std::io;
use tokio::io::AsyncWriteExt as _;

/// Longest packet of a client before it is let in.
const LONGEST: usize = 4096;
const PLUGIN: &[u8] = b"mysql_native_password";
const PROTOCOL_41: u32 = 0x200;
const SECURE: u32 = 0x8000;
const WITH_DATABASE: u32 = 0x8;
const PLUGIN_AUTH: u32 = 0x8_0000;
const LENENC: u32 = 0x20_0000;
const ATTRIBUTES: u32 = 0x10_0000;

/// Port 3306.
pub(super) struct Database;

impl Decoy for Database {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire))
    }
}

/// What the server says first: MariaDB of the distribution, or on Windows one of the last 5.7, which ask for
/// `mysql_native_password` as told here.
fn version(identity: &Identity) -> &'static str {
    match identity.os {
        Os::Linux { ssh, .. } if ssh.contains("deb11") => "5.5.5-10.5.23-MariaDB-0+deb11u1",
        Os::Linux { ssh, .. } if ssh.contains("deb12") => "5.5.5-10.11.6-MariaDB-0+deb12u1",
        Os::Linux { .. } => "5.5.5-10.6.18-MariaDB-0ubuntu0.22.04.1",
        _ => identity.pick::<&'static str>("mysql", &["5.7.36-log", "5.7.40-log", "5.7.44-log"]),
    }
}

/// The handshake (Protocol::HandshakeV10).
fn greeting(identity: &Identity, thread: u32, nonce: &[u8; 20]) -> Vec<u8> {
    let version = version(identity);
    let is_mariadb = version.contains("MariaDB");
    let (first, second) = nonce.split_at(8);
    let mut out = vec![10];
    out.extend(version.bytes());
    out.push(0);
    out.extend(thread.to_le_bytes());
    out.extend(first);
    out.push(0);
    // Capabilities without TLS; MariaDB leaves the lowest bit out. Its character set is utf8mb4, MySQL's latin1.
    let (low, high, charset) = if is_mariadb { (0xf7feu16, 0x81bfu16, 45) } else { (0xf7ff, 0x81ff, 8) };
    out.extend(low.to_le_bytes());
    out.push(charset);
    out.extend([2, 0]);
    out.extend(high.to_le_bytes());
    out.push(21);
    out.extend([0; 6]);
    // Capabilities of MariaDB alone.
    out.extend(if is_mariadb { [0x1d, 0, 0, 0] } else { [0; 4] });
    out.extend(second);
    out.push(0);
    out.extend(PLUGIN);
    out.push(0);
    out
}

/// A wish to sign in (Protocol::HandshakeResponse41 and its forebear 320).
#[derive(Debug, Default, PartialEq, Eq)]
struct Login {
    user: Vec<u8>,
    response: Vec<u8>,
    database: Vec<u8>,
    plugin: Option<Vec<u8>>,
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A number of the form that tells its own length, below 64 k.
fn lenenc(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match *bytes.first()? {
        small @ 0..=250 => Some((usize::from(small), bytes.get(1..)?)),
        252 => Some((usize::from(from(bytes, 1).u16_le()?), bytes.get(3..)?)),
        _ => None,
    }
}

fn lenenc_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = lenenc(bytes)?;
    rest.split_at_checked(length)
}

fn parse(bytes: &[u8]) -> Option<Login> {
    let low = u32::from(from(bytes, 0).u16_le()?);
    if low & PROTOCOL_41 == 0 {
        // 320: two bytes of capabilities, three of a size, name, response.
        let (user, rest) = until_zero(bytes.get(5..)?)?;
        let response = until_zero(rest).map_or(rest, |(response, _)| response);
        return Some(Login { user: user.to_vec(), response: response.to_vec(), ..Login::default() });
    }
    let capabilities = from(bytes, 0).u32_le()?;
    // 23 bytes that are zero, but for MariaDB's own at their end.
    if from(bytes, 9).take(19)?.iter().any(|byte| *byte != 0) {
        return None;
    }
    let (user, rest) = until_zero(bytes.get(32..)?)?;
    let (response, mut rest) = if capabilities & LENENC != 0 {
        lenenc_text(rest)?
    } else if capabilities & SECURE != 0 {
        let (length, rest) = rest.split_first()?;
        rest.split_at_checked(usize::from(*length))?
    } else {
        until_zero(rest)?
    };
    let mut login = Login { user: user.to_vec(), response: response.to_vec(), ..Login::default() };
    if capabilities & WITH_DATABASE != 0
        && let Some((database, next)) = until_zero(rest)
    {
        login.database = database.to_vec();
        rest = next;
    }
    if capabilities & PLUGIN_AUTH != 0 {
        let (plugin, next) = until_zero(rest).unwrap_or((rest, &[]));
        login.plugin = Some(plugin.to_vec());
        rest = next;
    }
    if capabilities & ATTRIBUTES != 0
        && let Some((mut list, _)) = lenenc_text(rest)
    {
        // Clients send about ten.
        while let Some((key, next)) = lenenc_text(list)
            && let Some((value, next)) = lenenc_text(next)
            && login.attributes.len() < 16
        {
            login.attributes.push((key.to_vec(), value.to_vec()));
            list = next;
        }
    }
    Some(login)
}

/// A response to our challenge: SHA1(password) XOR SHA1(challenge, SHA1(SHA1(password))).
#[derive(Debug)]
struct Response<'a> {
    nonce: [u8; 20],
    response: &'a [u8],
}

impl Proof for Response<'_> {
    fn fits(&self, password: &str) -> bool {
        let once = Sha1::digest(password);
        let mask = Sha1::new().chain_update(self.nonce).chain_update(Sha1::digest(once)).finalize();
        self.response.len() == 20 && once.iter().zip(mask).map(|(a, b)| a ^ b).eq(self.response.iter().copied())
    }
}

fn error(code: u16, state: &[u8; 5], text: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff];
    out.extend(code.to_le_bytes());
    out.push(b'#');
    out.extend(state);
    out.extend(text.iter().take(400));
    out
}

async fn send(wire: &mut Wire, number: u8, data: &[u8]) -> io::Result<()> {
    let [low, middle, high, _] = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
    wire.write_all(&[&[low, middle, high, number][..], data].concat()).await
}

/// One packet: its number and data. Nothing if it is longer than any that belongs here.
async fn packet(visit: &Visit, wire: &mut Wire) -> io::Result<Option<(u8, Vec<u8>)>> {
    let head = exact(wire, 4, 4).await?;
    let [low, middle, high, number] = head[..] else { return Ok(None) };
    let length = u32::from_le_bytes([low, middle, high, 0]) as usize;
    if length > LONGEST {
        return Ok(None);
    }
    match exact(wire, length, LONGEST).await {
        Ok(data) => Ok(Some((number, data))),
        Err(error) => {
            // Left in the middle of a sign-in: known by its number and the zeros in it.
            if number == 1 && visit.seen().opening().get(13..28).is_some_and(|zeros| zeros == [0; 15]) {
                visit.reached(Kind::Handshake);
            }
            Err(error)
        }
    }
}

async fn serve(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let nonce: [u8; 20] = random::<20>()?.map(|byte| byte % 94 + 33);
    let thread = u32::from_le_bytes(random()?) % 3000 + 8;
    send(&mut wire, 0, &greeting(visit.identity(), thread, &nonce)).await?;
    let received = packet(&visit, &mut wire).await?;
    let number = received.as_ref().map_or(0, |(number, _)| *number);
    let login = received.filter(|(number, _)| *number == 1).and_then(|(_, data)| parse(&data));
    let Some(mut login) = login else {
        wire.more().await?;
        send(&mut wire, number.wrapping_add(1), &error(1043, b"08S01", b"Bad handshake")).await?;
        return wire.shutdown().await;
    };
    visit.reached(Kind::Handshake);
    if !login.database.is_empty() {
        visit.note("database", &login.database);
    }
    for (key, name) in [("_client_name", "client"), ("_client_version", "client_version"), ("program_name", "program")]
    {
        if let Some((_, value)) = login.attributes.iter().find(|(known, _)| known == key.as_bytes()) {
            visit.note(name, value);
        }
    }
    visit.note("login_name", &login.user);
    let mut number = 2;
    if login.plugin.as_deref().is_some_and(|plugin| plugin != PLUGIN) {
        // Protocol::AuthSwitchRequest.
        send(&mut wire, number, &[&[0xfe], PLUGIN, &[0], &nonce[..], &[0]].concat()).await?;
        let Some((next, response)) = packet(&visit, &mut wire).await? else { return Ok(()) };
        login.response = response;
        number = next.wrapping_add(1);
    }
    let has_password = !login.response.is_empty();
    let proof = Response { nonce, response: &login.response };
    let secret = if has_password { Secret::Proof("mysql-native-password", &proof) } else { Secret::None };
    visit.sign_in(&login.user, secret).await?;
    let source = visit.source().ip();
    let host = if source.is_loopback() { "localhost".to_owned() } else { source.to_string() };
    let tail = format!("'@'{host}' (using password: {})", if has_password { "YES" } else { "NO" });
    let text = [&b"Access denied for user '"[..], &login.user, tail.as_bytes()].concat();
    send(&mut wire, number, &error(1045, b"28000", &text)).await?;
    wire.shutdown().await
}

/// For the fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = parse(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms_of_a_sign_in_are_read() {
        let mut new = (PROTOCOL_41 | SECURE | WITH_DATABASE | PLUGIN_AUTH | ATTRIBUTES).to_le_bytes().to_vec();
        new.extend([0; 28]);
        new.extend(b"root\0\x02ab\x64b\0caching_sha2_password\0\x08\x03_os\x03win");
        let login = parse(&new).expect("read");
        assert_eq!((login.user.as_slice(), login.response.as_slice()), (&b"root"[..], &b"ab"[..]));
        assert_eq!(login.plugin.as_deref(), Some(&b"caching_sha2_password"[..]));
        assert_eq!(login.attributes, [(b"_os".to_vec(), b"win".to_vec())]);
        let old = parse(b"\x05\x24\0\0\0root\0scramble").expect("read");
        assert_eq!((old.user.as_slice(), old.response.as_slice()), (&b"root"[..], &b"scramble"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), capabilities in any::<u32>()) {
            fuzz(&bytes);
            fuzz(&[&capabilities.to_le_bytes()[..], &[0; 28], &bytes].concat());
        }
    }
}
