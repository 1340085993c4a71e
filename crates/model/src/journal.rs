//! The hash chain of the audit log.
//!
//! One chain per facility and one for the installation. Each entry's hash covers its canonical bytes and the hash
//! before it, so that a changed, missing or reordered entry breaks every later link. The head of each chain is signed
//! once a day by the installation's key (done in `crates/store`).

use crate::id::FacilityId;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// SHA-256, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before the first entry.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("a hash is 64 hexadecimal digits"))
    }
}

/// Which chain an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// Accounts, settings, facilities coming and going.
    Installation,
    /// All that happens within one facility.
    Facility(FacilityId),
}

impl Chain {
    /// `installation`, or the facility's id.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Installation => "installation".to_owned(),
            Self::Facility(id) => id.to_string(),
        }
    }
}

/// What happened, before it has a place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Who: `person:<id>`, `invitation:<id>`, `token:<id>`, `system`.
    pub actor: String,
    /// What, as a dotted verb: `answer.save`, `session.start`, `document.read`.
    pub action: String,
    /// On what: `assessment:<id>/it-backup-02`.
    pub object: String,
    /// Hash of the object's state before; absent for a creation or a reading.
    pub before: Option<Hash>,
    /// Hash of the object's state after; absent for a deletion or a reading.
    pub after: Option<Hash>,
    /// Small facts that help a reader; never a secret.
    pub detail: BTreeMap<String, String>,
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which chain.
    pub chain: Chain,
    /// 1 for the first entry, then without gaps.
    pub seq: u64,
    /// When.
    pub at: Ts,
    /// What.
    pub event: Event,
    /// The hash of the entry before; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// The hash of this entry.
    pub hash: Hash,
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Entries so far.
    pub seq: u64,
    /// Hash of the last one.
    pub hash: Hash,
}

impl Head {
    /// The end of a chain with no entry.
    pub const EMPTY: Self = Self { seq: 0, hash: Hash::ZERO };
}

impl Entry {
    /// The next entry after `head`.
    #[must_use]
    pub fn after(head: Head, chain: Chain, at: Ts, event: Event) -> Self {
        let seq = head.seq + 1;
        let hash = entry_hash(chain, seq, at, &event, head.hash);
        Self { chain, seq, at, event, previous: head.hash, hash }
    }

    /// The chain's end once this entry stands.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }
}

/// Hashes the canonical bytes: a version tag, then every part with its length before it, so that no two different
/// entries share bytes.
fn entry_hash(chain: Chain, seq: u64, at: Ts, event: &Event, previous: Hash) -> Hash {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    part(b"hakutaku-log-1");
    part(chain.key().as_bytes());
    part(&seq.to_be_bytes());
    part(&at.micros().to_be_bytes());
    part(event.actor.as_bytes());
    part(event.action.as_bytes());
    part(event.object.as_bytes());
    part(event.before.as_ref().map_or(&[][..], |hash| &hash.0));
    part(event.after.as_ref().map_or(&[][..], |hash| &hash.0));
    part(&(event.detail.len() as u64).to_be_bytes());
    for (key, value) in &event.detail {
        part(key.as_bytes());
        part(value.as_bytes());
    }
    part(&previous.0);
    Hash(hasher.finalize().into())
}

/// Where and how a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Break {
    /// The numbers do not follow each other.
    #[error("entry {expected} is missing; entry {found} stands in its place")]
    Gap {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// An entry names another predecessor.
    #[error("entry {seq} does not follow the entry before it")]
    Unlinked {
        /// The entry.
        seq: u64,
    },
    /// An entry's content is not what was hashed.
    #[error("entry {seq} was changed after it was written")]
    Altered {
        /// The entry.
        seq: u64,
    },
    /// An entry belongs to another chain.
    #[error("entry {seq} belongs to another chain")]
    Foreign {
        /// The entry.
        seq: u64,
    },
}

/// Follows one chain entry by entry.
#[derive(Debug, Clone)]
pub struct Verifier {
    chain: Chain,
    head: Head,
}

impl Verifier {
    /// Starts at the beginning of a chain.
    #[must_use]
    pub fn new(chain: Chain) -> Self {
        Self { chain, head: Head::EMPTY }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// The first way in which it does not fit.
    pub fn accept(&mut self, entry: &Entry) -> Result<(), Break> {
        let expected = self.head.seq + 1;
        if entry.seq != expected {
            return Err(Break::Gap { expected, found: entry.seq });
        }
        if entry.chain != self.chain {
            return Err(Break::Foreign { seq: entry.seq });
        }
        if entry.previous != self.head.hash {
            return Err(Break::Unlinked { seq: entry.seq });
        }
        if entry_hash(entry.chain, entry.seq, entry.at, &entry.event, entry.previous) != entry.hash {
            return Err(Break::Altered { seq: entry.seq });
        }
        self.head = entry.head();
        Ok(())
    }

    /// The end reached so far.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(n: u64) -> Event {
        Event {
            actor: "system".into(),
            action: "answer.save".into(),
            object: format!("assessment:1/it-backup-{n:02}"),
            before: None,
            after: Some(Hash::of(&n.to_be_bytes())),
            detail: BTreeMap::from([("level".into(), (n % 4).to_string())]),
        }
    }

    fn chain(length: u64) -> Vec<Entry> {
        let mut head = Head::EMPTY;
        (1..=length)
            .map(|n| {
                let entry = Entry::after(head, Chain::Installation, Ts::from_micros(n.cast_signed()), event(n));
                head = entry.head();
                entry
            })
            .collect()
    }

    fn verify(entries: &[Entry]) -> Result<Head, Break> {
        let mut verifier = Verifier::new(Chain::Installation);
        entries.iter().try_for_each(|entry| verifier.accept(entry))?;
        Ok(verifier.head())
    }

    #[test]
    fn an_untouched_chain_verifies_to_its_head() {
        let entries = chain(20);
        assert_eq!(verify(&entries), Ok(entries[19].head()));
    }

    #[test]
    fn a_removed_entry_is_a_gap() {
        let mut entries = chain(5);
        entries.remove(2);
        assert_eq!(verify(&entries), Err(Break::Gap { expected: 3, found: 4 }));
    }

    proptest! {
        #[test]
        fn one_flipped_bit_anywhere_is_found(at in 0_usize..10, what in 0_u8..6, bit in 0_u8..8) {
            let mut entries = chain(10);
            let entry = &mut entries[at];
            match what {
                0 => entry.at = Ts::from_micros(entry.at.micros() ^ (1 << bit)),
                1 => entry.event.actor.push('x'),
                2 => entry.event.object.push('x'),
                3 => { entry.event.detail.insert("level".into(), "9".into()); }
                4 => entry.hash.0[usize::from(bit)] ^= 1 << bit,
                _ => entry.previous.0[usize::from(bit)] ^= 1 << bit,
            }
            prop_assert!(verify(&entries).is_err());
        }
    }
}
