//! What is kept of a password that somebody tried.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

/// How secrets are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// A keyed hash only.
    #[default]
    Hash,
    /// The hash, and the text itself in `detail.secret`: by the institution's own choice.
    Clear,
}

/// Hashes secrets under the key of a region, so that the same password tried at two places is seen to be the same and
/// nobody without the key can look it up in a list.
#[derive(Clone)]
pub struct Hasher {
    key: [u8; 32],
    /// Whether the clear text is kept besides.
    pub keep: Keep,
}

impl Hasher {
    /// With the region's key (before enrolment: the sensor's own).
    #[must_use]
    pub fn new(key: [u8; 32], keep: Keep) -> Self {
        Self { key, keep }
    }

    /// 32 hexadecimal digits: HMAC-SHA-256 (RFC 2104), cut to its first half.
    #[must_use]
    pub fn hash(&self, secret: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(secret);
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_are_seen_equal_only_under_one_key() {
        let (a, b) = (Hasher::new([1; 32], Keep::Hash), Hasher::new([2; 32], Keep::Hash));
        assert_eq!(a.hash(b"Password1"), a.hash(b"Password1"));
        assert_ne!(a.hash(b"Password1"), a.hash(b"Password2"));
        assert_ne!(a.hash(b"Password1"), b.hash(b"Password1"));
        assert_eq!(a.hash(b"").len(), 32);
    }
}
