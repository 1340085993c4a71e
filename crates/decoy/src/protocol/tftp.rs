//! A server of files for devices that start over the network (RFC 1350): it has none for anybody.

use super::{Responder, Serving};
use crate::visit::Visit;
use hakutaku_model::touch::Kind;

/// Error codes (RFC 1350, 5).
const NOT_FOUND: (u8, &str) = (1, "File not found");
const NO_ACCESS: (u8, &str) = (2, "Access violation");
const ILLEGAL: (u8, &str) = (4, "Unknown operation");
const NO_TRANSFER: (u8, &str) = (5, "Unknown transfer ID");

/// The server.
pub(super) struct Files;

/// What a datagram is.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Read {
        name: &'a [u8],
        mode: &'a [u8],
    },
    Write {
        name: &'a [u8],
        mode: &'a [u8],
    },
    /// Of a transfer that does not exist; an error is never answered with an error.
    Stray {
        is_error: bool,
    },
    /// An operation there is none of.
    Unknown,
}

impl Responder for Files {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let (kind, name, mode, (code, words)) = match read(datagram)? {
                Asked::Read { name, mode } => {
                    let leaves = name.windows(2).any(|pair| pair == b"..");
                    (Kind::Request, name, mode, if leaves { NO_ACCESS } else { NOT_FOUND })
                }
                Asked::Write { name, mode } => (Kind::Write, name, mode, NO_ACCESS),
                Asked::Stray { is_error } => {
                    visit.reached(Kind::Probe);
                    return (!is_error).then(|| error(NO_TRANSFER));
                }
                // Judged by its bytes: hardly TFTP, though a server of it answers.
                Asked::Unknown => return Some(error(ILLEGAL)),
            };
            visit.touch_noting(kind, &[("path", name), ("mode", mode)]).await.ok()?;
            Some(error((code, words)))
        })
    }
}

fn read(datagram: &[u8]) -> Option<Asked<'_>> {
    let (opcode, rest) = datagram.split_at_checked(2)?;
    match opcode {
        [0, 1 | 2] => {
            let mut parts = rest.split(|byte| *byte == 0);
            let (name, mode) = (parts.next()?, parts.next()?);
            // The zero after the mode, and a mode there is.
            parts.next()?;
            let is_mode = [&b"octet"[..], b"netascii", b"mail"].iter().any(|known| mode.eq_ignore_ascii_case(known));
            if !is_mode {
                return None;
            }
            Some(if opcode == [0, 1] { Asked::Read { name, mode } } else { Asked::Write { name, mode } })
        }
        // Data and acknowledgement have a block number, an error its code.
        [0, 3..=5] if datagram.len() >= 4 => Some(Asked::Stray { is_error: opcode == [0, 5] }),
        [0, 0 | 7..=9] => Some(Asked::Unknown),
        _ => None,
    }
}

fn error((code, words): (u8, &str)) -> Vec<u8> {
    [&[0, 5, 0, code][..], words.as_bytes(), &[0]].concat()
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = read(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart() {
        assert_eq!(read(b"\x00\x01boot.cfg\0octet\0"), Some(Asked::Read { name: b"boot.cfg", mode: b"octet" }));
        assert_eq!(
            read(b"\x00\x02x\0NetASCII\0blksize\x001428\0"),
            Some(Asked::Write { name: b"x", mode: b"NetASCII" })
        );
        assert_eq!(read(b"\x00\x04\x00\x01"), Some(Asked::Stray { is_error: false }));
        assert_eq!(read(b"\x00\x05\x00\x01no\0"), Some(Asked::Stray { is_error: true }));
        assert_eq!(read(b"\x00\x09abcd"), Some(Asked::Unknown));
        for other in [&b""[..], b"\x00", b"\x00\x01", b"\x00\x01name\0octet", b"\x00\x01name\0gzip\0", b"\x00\x03\x00"]
        {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
