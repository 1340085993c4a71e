//! Requests of the authentication protocol (RFC 4252).

use crate::protocol::octets::Octets;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest as _, Sha256};

/// USERAUTH_REQUEST.
pub(super) const REQUEST: u8 = 50;

/// What is tried.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Method<'a> {
    /// Asks which methods there are (RFC 4252, 5.2).
    None,
    /// A password (8); with a new one, where the old one is said to have expired.
    Password(&'a [u8]),
    /// A key, to be used or only asked after (7).
    Key { algorithm: &'a [u8], blob: &'a [u8] },
    /// Any other.
    Other(&'a [u8]),
}

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) user: &'a [u8],
    pub(super) service: &'a [u8],
    pub(super) method: Method<'a>,
}

/// Reads a request (RFC 4252, 5).
pub(super) fn request(payload: &[u8]) -> Option<Request<'_>> {
    let mut reader = Octets(payload);
    (reader.u8()? == REQUEST).then_some(())?;
    let (user, service, name) = (reader.counted()?, reader.counted()?, reader.counted()?);
    let method = match name {
        b"none" => Method::None,
        b"password" => {
            reader.u8()?;
            Method::Password(reader.counted()?)
        }
        b"publickey" | b"publickey-hostbound-v00@openssh.com" => {
            reader.u8()?;
            Method::Key { algorithm: reader.counted()?, blob: reader.counted()? }
        }
        other => Method::Other(other),
    };
    Some(Request { user, service, method })
}

/// A key's fingerprint as OpenSSH prints it: `SHA256:` and base64 without padding.
pub(super) fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(blob)))
}

#[cfg(test)]
mod tests {
    use super::super::data::string;
    use super::*;

    fn packet(parts: &[&[u8]], after: &[u8]) -> Vec<u8> {
        let mut out = vec![REQUEST];
        for part in parts {
            string(&mut out, part);
        }
        out.extend_from_slice(after);
        out
    }

    #[test]
    fn requests_are_read() {
        let password = packet(&[b"root", b"ssh-connection", b"password"], b"\0\0\0\0\x02pw");
        assert_eq!(request(&password).expect("read").method, Method::Password(b"pw"));
        let none = packet(&[b"\x8a\xc7", b"ssh-connection", b"none"], b"");
        assert_eq!(request(&none).expect("read").user, b"\x8a\xc7");
        let other = packet(&[b"root", b"ssh-connection", b"hostbased"], b"whatever");
        assert_eq!(request(&other).expect("read").method, Method::Other(b"hostbased"));
        let cut = packet(&[b"root", b"ssh-connection", b"password"], b"\0\0\0\0\x09pw");
        assert_eq!(request(&cut), None);
    }
}
