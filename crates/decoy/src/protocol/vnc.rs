//! VNC: the Remote Framebuffer protocol (RFC 6143) up to a password that is never right.

use super::{Decoy, Serving};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Security type "VNC Authentication" (RFC 6143, 7.2.2).
const PASSWORD: u8 = 2;
/// Length of the version, the challenge and the response.
const VERSION: usize = 12;
const CHALLENGE: usize = 16;

/// VNC.
pub(super) struct Vnc;

impl Decoy for Vnc {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(converse(visit, wire))
    }
}

/// The minor version a client speaks (RFC 6143, 7.1.1): 3, 7 or 8; anything it does not list is taken as 3.3, anything
/// above 3.8 as 3.8.
fn version(bytes: &[u8]) -> Option<u16> {
    let rest = bytes.strip_prefix(b"RFB ")?;
    let (major, rest) = rest.split_at_checked(3)?;
    let minor = rest.strip_prefix(b".")?.strip_suffix(b"\n")?;
    let number = |digits: &[u8]| -> Option<u16> {
        if digits.len() != 3 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    match (number(major)?, number(minor)?) {
        (3, 7) => Some(7),
        (3, 8..) | (4.., _) => Some(8),
        _ => Some(3),
    }
}

async fn converse(visit: Visit, mut wire: Wire) -> io::Result<()> {
    wire.write_all(b"RFB 003.008\n").await?;
    let said = exact(&mut wire, VERSION, VERSION).await?;
    let Some(minor) = version(&said) else { return Ok(()) };
    visit.reached(Kind::Handshake);
    visit.note("version", said.trim_ascii_end());
    if minor == 3 {
        // The server decides (7.1.2).
        wire.write_all(&u32::from(PASSWORD).to_be_bytes()).await?;
    } else {
        wire.write_all(&[1, PASSWORD]).await?;
        let chosen = wire.read_u8().await?;
        if chosen != PASSWORD {
            // Who takes "none" where it is not offered tries to walk in without a password.
            visit.reached(Kind::Request);
            visit.note("security_type", chosen.to_string().as_bytes());
            return refuse(&mut wire, minor, b"Invalid security type").await;
        }
    }
    let mut challenge = [0; CHALLENGE];
    getrandom::fill(&mut challenge).map_err(io::Error::other)?;
    wire.write_all(&challenge).await?;
    exact(&mut wire, CHALLENGE, CHALLENGE).await?;
    // There is no name, and neither challenge nor answer is kept: together they would give the password to whoever tries.
    visit.touch_with(Kind::SignIn, None, Secret::Response("vnc"), &[]).await?;
    refuse(&mut wire, minor, b"Authentication failed").await
}

/// SecurityResult "failed"; the reason only from 3.8 on (7.1.3).
async fn refuse(wire: &mut Wire, minor: u16, reason: &[u8]) -> io::Result<()> {
    let mut out = 1u32.to_be_bytes().to_vec();
    if minor >= 8 {
        out.extend_from_slice(&u32::try_from(reason.len()).unwrap_or(0).to_be_bytes());
        out.extend_from_slice(reason);
    }
    wire.write_all(&out).await?;
    wire.flush().await
}

/// Entry of the fuzz target.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = version(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_read_as_the_standard_says() {
        for (said, minor) in [
            (&b"RFB 003.003\n"[..], Some(3)),
            (b"RFB 003.005\n", Some(3)),
            (b"RFB 003.007\n", Some(7)),
            (b"RFB 003.008\n", Some(8)),
            (b"RFB 005.000\n", Some(8)),
            (b"RFB 003.00x\n", None),
            (b"GET / HTTP/1", None),
        ] {
            assert_eq!(version(said), minor, "{said:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..32)) {
            fuzz(&bytes);
        }
    }
}
