//! A remote desktop up to its password (MS-RDPBCGR 1.3.1.1, MS-CSSP): X.224 connection, TLS, CredSSP with NTLM. The server
//! insists on network-level authentication, as Windows does by default.

use super::ntlm::{Door, Step};
use super::octets::from;
use super::spnego::{self, child, der, element};
use super::{Decoy, Serving};
use crate::visit::Visit;
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::{AsyncRead, AsyncWriteExt as _};

const SSL: u32 = 1;
const HYBRID: u32 = 2;
const HYBRID_EX: u32 = 8;
/// Longest connection request: a routing token and a cookie fit.
const REQUEST: usize = 1024;
/// Longest TSRequest: NTLM answers are below 1 kB, Kerberos tickets below this.
const LONGEST: usize = 32 * 1024;
/// Version 6 of CredSSP, which systems since 2018 speak.
const VERSION: u8 = 6;
const LOGON_FAILURE: u32 = 0xc000_006d;

/// Port 3389.
pub(super) struct Terminal;

impl Decoy for Terminal {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire))
    }

    /// TLS key exchanges.
    fn is_heavy(&self) -> bool {
        true
    }
}

/// A connection request (MS-RDPBCGR 2.2.1.1).
#[derive(Debug, PartialEq, Eq)]
struct Request {
    /// The user name of the cookie.
    cookie: Option<Vec<u8>>,
    /// The security protocols asked for; nothing if the client knows none.
    protocols: Option<u32>,
}

/// Reads the X.224 part of a connection request: length, `CR`, two references, class, cookie, negotiation.
fn parse_request(bytes: &[u8]) -> Option<Request> {
    if usize::from(*bytes.first()?) + 1 != bytes.len() || bytes.get(1)? & 0xf0 != 0xe0 {
        return None;
    }
    let mut rest = bytes.get(7..)?;
    let mut cookie = None;
    if rest.first() == Some(&b'C')
        && let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n")
    {
        let line = rest.get(..end)?;
        cookie = line.strip_prefix(b"Cookie: mstshash=").or(line.strip_prefix(b"Cookie: msts=")).map(<[u8]>::to_vec);
        rest = rest.get(end + 2..)?;
    }
    let protocols = match rest.first() {
        Some(1) if from(rest, 2).u16_le() == Some(8) => from(rest, 4).u32_le(),
        _ => None,
    };
    Some(Request { cookie, protocols })
}

/// The connection confirm, with what was agreed or why not (2.2.1.2).
fn confirm(negotiation: Option<(u8, u8, u32)>) -> Vec<u8> {
    let mut out = vec![3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0];
    if let Some((kind, flags, value)) = negotiation {
        (out[3], out[4]) = (19, 14);
        out.extend([kind, flags, 8, 0]);
        out.extend(value.to_le_bytes());
    }
    out
}

async fn serve(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let head = exact(&mut wire, 4, 4).await?;
    let length = usize::from(from(&head, 2).u16().unwrap_or(0));
    if !head.starts_with(&[3, 0]) || !(11..=REQUEST).contains(&length) {
        return wire.more().await;
    }
    let body = exact(&mut wire, length - 4, REQUEST).await?;
    let Some(request) = parse_request(&body) else { return Ok(()) };
    // A client that negotiates nothing is two decades old, or a scanner that looks whether anything is here.
    let is_scan = request.protocols.is_none() || request.cookie.as_deref() == Some(b"nmap");
    visit.reached(if is_scan { Kind::Probe } else { Kind::Handshake });
    if let Some(cookie) = &request.cookie {
        visit.note("cookie", cookie);
    }
    if let Some(protocols) = request.protocols {
        visit.note("security", names(protocols).as_bytes());
    }
    let selected = match request.protocols {
        None => {
            wire.write_all(&confirm(None)).await?;
            // What would come next is the oldest form of RDP, which is refused by hanging up.
            return wire.more().await;
        }
        Some(asked) if asked & HYBRID_EX != 0 => HYBRID_EX,
        Some(asked) if asked & HYBRID != 0 => HYBRID,
        Some(_) => {
            // HYBRID_REQUIRED_BY_SERVER.
            wire.write_all(&confirm(Some((3, 0, 5)))).await?;
            return wire.more().await;
        }
    };
    wire.write_all(&confirm(Some((2, 0x1f, selected)))).await?;
    let machine = visit.house().certificates.of(visit.identity())?;
    let mut tls = tokio_rustls::TlsAcceptor::from(machine.config.clone()).accept(wire).await?;
    visit.note("tls", b"yes");
    let mut door = Door::default();
    // Each try takes two messages; the real server hangs up after one. Kerberos asks for one more.
    for _ in 0..4 {
        let Some(message) = read_element(&mut tls).await? else { return Ok(()) };
        let Some(token) = parse_ts_request(&message) else { return Ok(()) };
        let Some(wrapped) = spnego::unwrap(token) else { return Ok(()) };
        let step = match wrapped.token {
            Some(token) => door.step(&visit, token).await?,
            None => Step::Challenge(Vec::new()),
        };
        let answer = match step {
            Step::Challenge(challenge) => ts_request(&spnego::incomplete(wrapped.wrapping, &challenge)),
            // Somebody without a name has no desktop either; that is no try, and reads the same.
            Step::Refused(_) | Step::Anonymous => {
                tls.write_all(&ts_error(LOGON_FAILURE)).await?;
                return tls.shutdown().await;
            }
            Step::Nonsense => return Ok(()),
        };
        tls.write_all(&answer).await?;
    }
    Ok(())
}

fn names(protocols: u32) -> String {
    let all = [(SSL, "ssl"), (HYBRID, "hybrid"), (4, "rdstls"), (HYBRID_EX, "hybrid-ex"), (16, "rdsaad")];
    let known: Vec<&str> = all.iter().filter(|(bit, _)| protocols & bit != 0).map(|(_, name)| *name).collect();
    if known.is_empty() { "rdp".to_owned() } else { known.join(" ") }
}

/// Reads one DER sequence, with its header.
async fn read_element<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Option<Vec<u8>>> {
    let mut out = exact(reader, 2, 2).await?;
    let length = match out[..] {
        [0x30, short @ 0..=0x7f] => usize::from(short),
        [0x30, long @ 0x81..=0x83] => {
            let digits = exact(reader, usize::from(long & 3), 3).await?;
            out.extend_from_slice(&digits);
            digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit))
        }
        _ => return Ok(None),
    };
    out.extend(exact(reader, length, LONGEST).await?);
    Ok(Some(out))
}

/// The token of a TSRequest (MS-CSSP 2.2.1): `negoTokens`, its first entry.
fn parse_ts_request(bytes: &[u8]) -> Option<&[u8]> {
    let (0x30, content, _) = element(bytes)? else { return None };
    child(child(child(child(content, 0xa1)?, 0x30)?, 0x30)?, 0xa0).and_then(|token| child(token, 4))
}

fn ts_request(token: &[u8]) -> Vec<u8> {
    let version = der(0xa0, &[&der(2, &[&[VERSION]])]);
    let one = der(0x30, &[&der(0xa0, &[&der(4, &[token])])]);
    der(0x30, &[&version, &der(0xa1, &[&der(0x30, &[&one])])])
}

/// `errorCode`, an NT status as a signed integer.
fn ts_error(status: u32) -> Vec<u8> {
    let version = der(0xa0, &[&der(2, &[&[VERSION]])]);
    der(0x30, &[&version, &der(0xa4, &[&der(2, &[&status.to_be_bytes()])])])
}

/// For the fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = parse_request(bytes);
    let _ = parse_ts_request(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cookies_and_protocols_are_read() {
        let with = b"\x25\xe0\0\0\0\0\0Cookie: mstshash=nmap\r\n\x01\0\x08\0\x03\0\0\0";
        assert_eq!(parse_request(with), Some(Request { cookie: Some(b"nmap".to_vec()), protocols: Some(3) }));
        let token = b"\x21\xe0\0\0\0\0\0Cookie: msts=3640205228.1\r\n";
        assert_eq!(parse_request(token).map(|request| request.protocols), Some(None));
        assert_eq!(parse_request(b"\x06\xe0\0\0\0\0\0"), Some(Request { cookie: None, protocols: None }));
        assert_eq!(parse_request(b"\x06\xd0\0\0\0\0\0"), None);
    }

    #[test]
    fn requests_go_in_and_out_of_their_sequence() {
        for length in [10, 200, 3000] {
            let token = vec![7; length];
            assert_eq!(parse_ts_request(&ts_request(&token)), Some(&token[..]));
        }
        assert_eq!(ts_error(LOGON_FAILURE), b"\x30\x0d\xa0\x03\x02\x01\x06\xa4\x06\x02\x04\xc0\0\0\x6d");
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            fuzz(&bytes);
            fuzz(&der(0x30, &[&der(0xa1, &[&bytes])]));
            let mut request = vec![u8::try_from(bytes.len() % 250).unwrap_or(0), 0xe0];
            request.extend(&bytes);
            fuzz(&request);
        }
    }
}
