//! A file server (MS-SMB2 over direct TCP, and the beginning of MS-SMB that old clients and scanners still speak).
//!
//! Everybody with a name is refused; the nameless see the list of shares and what lies in one of them, and may open
//! nothing. Machines with Windows still answer SMB 1, as many hospitals need for old devices; Samba does not.

mod held;
mod one;
mod rpc;
mod share;
mod two;

use super::octets::until_zero;
use super::{Decoy, Serving};
use crate::visit::Visit;
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::AsyncWriteExt as _;

/// Longest message taken: what a client may send without more credits than it gets (MS-SMB2 3.3.5.2.3), and a header.
const LONGEST: usize = 66 * 1024;

/// Port 445, and 139 with its session request.
pub(super) struct FileServer;

impl Decoy for FileServer {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire))
    }
}

async fn serve(visit: Visit, mut wire: Wire) -> io::Result<()> {
    let mut one = one::Talk::default();
    let mut two = two::Talk::new()?;
    loop {
        let head = exact(&mut wire, 4, 4).await?;
        let [kind, high, middle, low] = head[..] else { return Ok(()) };
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        match kind {
            // Session message of NetBIOS (RFC 1002 4.3.1), which direct TCP kept (MS-SMB2 2.1).
            0 if length <= LONGEST => {}
            // Session request: called and calling name, 34 bytes each.
            0x81 if length <= 256 => {
                let names = exact(&mut wire, length, 256).await?;
                visit.reached(Kind::Handshake);
                if let Some(name) = names.get(34..).and_then(netbios_name) {
                    visit.note("workstation", &name);
                }
                wire.write_all(&[0x82, 0, 0, 0]).await?;
                continue;
            }
            // Keep-alive.
            0x85 if length == 0 => continue,
            _ => {
                wire.more().await?;
                return Ok(());
            }
        }
        let message = exact(&mut wire, length, LONGEST).await?;
        let answer = match message.first_chunk() {
            Some([0xff, b'S', b'M', b'B']) => match one.answer(&visit, &message).await? {
                one::Answer::Send(bytes) => Some(bytes),
                one::Answer::Upgrade(dialect) => Some(two.upgrade(&visit, dialect)?),
                one::Answer::Close => None,
            },
            Some([0xfe, b'S', b'M', b'B']) => two.answer(&visit, &message).await?,
            _ => None,
        };
        let Some(answer) = answer else { return Ok(()) };
        // A request that needs no answer.
        if answer.is_empty() {
            continue;
        }
        let length = u32::try_from(answer.len()).unwrap_or(0).to_be_bytes();
        wire.write_all(&[&length[..], &answer].concat()).await?;
    }
}

/// The first-level encoding of a NetBIOS name (RFC 1001 14.1): two letters for each byte.
fn netbios_name(bytes: &[u8]) -> Option<Vec<u8>> {
    let (letters, _) = until_zero(bytes.get(1..)?)?;
    let name: Option<Vec<u8>> = letters
        .chunks_exact(2)
        .take(15)
        .map(|pair| {
            let (high, low) = (pair.first()?.checked_sub(b'A')?, pair.get(1)?.checked_sub(b'A')?);
            (high < 16 && low < 16).then_some(high << 4 | low)
        })
        .collect();
    Some(name?.trim_ascii_end().to_vec())
}

/// For the fuzzer: all parsers of this protocol.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = netbios_name(bytes);
    let _ = one::parse_negotiate(bytes);
    let _ = one::parse_session(bytes);
    let _ = two::parse_negotiate(bytes);
    let _ = two::Header::parse(bytes);
    let _ = rpc::parse(bytes);
    let _ = share::parse_create(bytes);
    let _ = share::parse_query(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn netbios_names_are_read() {
        assert_eq!(netbios_name(b"\x20FHFDCACACACACACACACACACACACACACA\0"), Some(b"WS".to_vec()));
        assert_eq!(netbios_name(b"\x20zz\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), two in any::<bool>()) {
            fuzz(&bytes);
            let start: &[u8] = if two { b"\xfeSMB\x40\0" } else { b"\xffSMBr" };
            fuzz(&[start, &bytes].concat());
        }
    }
}
