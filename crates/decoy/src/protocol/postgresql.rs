//! PostgreSQL up to the password (its documentation, chapter 55, "Frontend/Backend Protocol").
//!
//! It asks for the password in clear: `password` in pg_hba.conf, still common where an old application must connect. All
//! clients answer it without a word (SCRAM too would be answered, but would leave nothing that could be compared with
//! leaks and planted credentials), and the refusal reads the same in both cases.

use super::octets::{from, until_zero};
use super::{Decoy, Serving};
use crate::persona::{Identity, Os};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::AsyncWriteExt as _;

/// MAX_STARTUP_PACKET_LENGTH of the real one.
const LONGEST: usize = 10_000;
/// PG_MAX_AUTH_TOKEN_LENGTH of the real one bounds passwords.
const PASSWORD: usize = 65_535;
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSSAPI: u32 = 80_877_104;

/// Port 5432.
pub(super) struct Database;

impl Decoy for Database {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire))
    }
}

/// What errors betray of the version: lines of the source, and its path as the compiler saw it.
struct Version {
    oldest: &'static str,
    start_up: u16,
    empty: u16,
    failed: u16,
    on_windows: bool,
}

/// Debian's and Ubuntu's own versions; 13 on Windows.
fn version(identity: &Identity) -> Version {
    let on_windows = identity.os.is_windows();
    match identity.os {
        Os::Linux { ssh, .. } if ssh.contains("deb12") => {
            Version { oldest: "3.0", start_up: 2194, empty: 749, failed: 326, on_windows }
        }
        Os::Linux { ssh, .. } if ssh.contains("Ubuntu") => {
            Version { oldest: "3.0", start_up: 2138, empty: 749, failed: 326, on_windows }
        }
        _ => Version { oldest: "2.0", start_up: 2133, empty: 750, failed: 347, on_windows },
    }
}

impl Version {
    /// ErrorResponse with severity FATAL.
    fn fatal(&self, code: &str, text: &[u8], file: (&str, &str), line: u16, routine: &str) -> Vec<u8> {
        let (folder, name) = file;
        let path = if self.on_windows { format!(".\\src\\backend\\{folder}{name}") } else { name.to_owned() };
        let (line, text) = (line.to_string(), text.get(..text.len().min(1024)).unwrap_or_default());
        let fields: [(u8, &[u8]); 7] = [
            (b'S', b"FATAL"),
            (b'V', b"FATAL"),
            (b'C', code.as_bytes()),
            (b'M', text),
            (b'F', path.as_bytes()),
            (b'L', line.as_bytes()),
            (b'R', routine.as_bytes()),
        ];
        let mut body = Vec::new();
        for (kind, value) in fields {
            body.push(kind);
            body.extend_from_slice(value);
            body.push(0);
        }
        body.push(0);
        let mut out = vec![b'E'];
        out.extend(u32::try_from(body.len() + 4).unwrap_or(0).to_be_bytes());
        out.extend(body);
        out
    }

    fn start_up(&self, code: &str, text: &str, line: u16) -> Vec<u8> {
        self.fatal(code, text.as_bytes(), ("postmaster\\", "postmaster.c"), line, "ProcessStartupPacket")
    }
}

/// The parameters of a start-up (`user`, `database`, `application_name`, …): pairs of texts, ended by an empty one.
fn parameters(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut rest = bytes;
    let mut out = Vec::new();
    loop {
        let (key, next) = until_zero(rest)?;
        if key.is_empty() {
            return Some(out);
        }
        let (value, next) = until_zero(next)?;
        // Clients send about five.
        if out.len() < 32 {
            out.push((key, value));
        }
        rest = next;
    }
}

async fn serve(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let version = version(visit.identity());
    let mut asked = 0;
    let start = loop {
        let head = exact(&mut wire, 4, 4).await?;
        let length = from(&head, 0).u32().unwrap_or(0) as usize;
        // The real one hangs up without a word beyond these.
        if !(8..=LONGEST).contains(&length) {
            return wire.more().await;
        }
        let body = exact(&mut wire, length - 4, LONGEST).await?;
        match from(&body, 0).u32() {
            // One refusal for each of the two kinds of encryption.
            Some(TLS | GSSAPI) if length == 8 && asked < 2 => {
                asked += 1;
                visit.reached(Kind::Handshake);
                wire.write_all(b"N").await?;
            }
            Some(CANCEL) if length == 16 => {
                visit.reached(Kind::Handshake);
                visit.note("request", b"cancel");
                return Ok(());
            }
            _ => break body,
        }
    };
    let number = from(&start, 0).u32().unwrap_or(0);
    if number >> 16 != 3 {
        let (major, minor) = (number >> 16, number & 0xffff);
        // Only scanners ask for versions that never were; version 2 is a client of the last century.
        let is_smb = start.get(..4) == Some(b"\xffSMB");
        if is_smb || major <= 9 {
            visit.reached(Kind::Probe);
            visit.note("asked_version", format!("{major}.{minor}").as_bytes());
        }
        let oldest = version.oldest;
        let text = format!("unsupported frontend protocol {major}.{minor}: server supports {oldest} to 3.0");
        if major < 3 {
            // In the form that clients of that time read.
            wire.write_all(&[b"EFATAL:  ", text.as_bytes(), b"\n\0"].concat()).await?;
            return wire.shutdown().await;
        }
        wire.write_all(&version.start_up("0A000", &text, version.start_up)).await?;
        return wire.shutdown().await;
    }
    visit.reached(Kind::Handshake);
    let Some(parameters) = start.get(4..).and_then(parameters) else {
        let text = "invalid startup packet layout: expected terminator as last byte";
        wire.write_all(&version.start_up("08P01", text, version.start_up + 112)).await?;
        return wire.shutdown().await;
    };
    for (key, name) in [("database", "database"), ("application_name", "application"), ("client_encoding", "encoding")]
    {
        if let Some((_, value)) = parameters.iter().find(|(known, _)| *known == key.as_bytes()) {
            visit.note(name, value);
        }
    }
    let user = parameters.iter().find(|(key, value)| *key == b"user" && !value.is_empty()).map(|(_, user)| *user);
    let Some(user) = user else {
        visit.reached(Kind::Probe);
        let text = "no PostgreSQL user name specified in startup packet";
        wire.write_all(&version.start_up("28000", text, version.start_up + 129)).await?;
        return wire.shutdown().await;
    };
    visit.note("login_name", user);
    // AuthenticationCleartextPassword.
    wire.write_all(b"R\0\0\0\x08\0\0\0\x03").await?;
    let head = exact(&mut wire, 5, 5).await?;
    let length = from(&head, 1).u32().unwrap_or(0) as usize;
    if head.first() != Some(&b'p') || !(5..=PASSWORD).contains(&length) {
        return Ok(());
    }
    let body = exact(&mut wire, length - 4, PASSWORD).await?;
    let password = until_zero(&body).map_or(body.as_slice(), |(password, _)| password);
    // An empty one is refused by the real one before it looks further; it is a try all the same.
    let secret = if password.is_empty() { Secret::None } else { Secret::Text(password) };
    visit.sign_in(user, secret).await?;
    let file = ("libpq\\", "auth.c");
    let answer = if password.is_empty() {
        version.fatal("28P01", b"empty password returned by client", file, version.empty, "recv_password_packet")
    } else {
        let text = [b"password authentication failed for user \"", user, b"\""].concat();
        version.fatal("28P01", &text, file, version.failed, "auth_failed")
    };
    wire.write_all(&answer).await?;
    wire.shutdown().await
}

/// For the fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = parameters(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameters_are_read() {
        let read = parameters(b"user\0postgres\0database\0emr\0\0").expect("read");
        assert_eq!(read, [(&b"user"[..], &b"postgres"[..]), (b"database", b"emr")]);
        assert_eq!(parameters(b"user\0postgres\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            fuzz(&bytes);
        }
    }
}
