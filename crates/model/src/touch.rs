//! Touches: what a decoy sensor writes down when somebody makes contact with something nobody needs.
//!
//! Each touch is one line of JSON. Its fields except the signature are serialised in the order of [`Touch`]; these bytes
//! are signed with the sensor's Ed25519 key (RFC 8032). `previous` is the SHA-256 of the whole line before it, so that a
//! changed, missing, added or reordered line shows ([`Chain::check`]). Numbers count from 1 without gaps: they, not the
//! sensor's clock, give the order.

pub mod export;
pub mod health;
pub mod keep;

use crate::id::SensorId;
use crate::journal::Hash;
use crate::time::Ts;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Longest text kept in one field of a touch, in characters.
pub const FIELD: usize = 256;
/// Most entries in [`Touch::detail`].
pub const DETAILS: usize = 24;
/// Longest line of a touch, in bytes: all fields at their limits, escaped.
pub const LINE: usize = 64 * 1024;

/// Which touch: the sensor and the touch's number there. Written `<sensor>.<number>`; also the message id in transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TouchId {
    /// The sensor.
    pub sensor: SensorId,
    /// 1 for the first touch of a sensor, then without gaps.
    pub number: u64,
}

impl fmt::Display for TouchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sensor, self.number)
    }
}

/// Why a text is no [`TouchId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id of a touch is the sensor's id, a dot and a number")]
pub struct NoTouchId;

impl FromStr for TouchId {
    type Err = NoTouchId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sensor, number) = text.split_once('.').ok_or(NoTouchId)?;
        Ok(Self { sensor: sensor.parse().map_err(|_| NoTouchId)?, number: number.parse().map_err(|_| NoTouchId)? })
    }
}

impl Serialize for TouchId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TouchId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What kind of contact. Ordered by how much it tells about intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A packet to a port where nothing listens.
    Knock,
    /// Packets to many ports, or to one port on many addresses, within seconds.
    PortScan,
    /// A connection begun and not completed (SYN without the final ACK).
    HalfOpen,
    /// Connected and sent nothing.
    Connect,
    /// Bytes that follow no protocol we know.
    Malformed,
    /// Another protocol than the one offered here.
    WrongProtocol,
    /// The protocol's opening, then nothing more.
    Handshake,
    /// Asked what everybody may ask: a page, a version, an echo.
    Probe,
    /// Asked for contents or did something that needs rights: a listing, a query, a file.
    Request,
    /// Tried to change or store something.
    Write,
    /// Tried a user name, password or key.
    SignIn,
    /// Used something that exists only to be found: a planted address, name, document or password.
    Token,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Knock,
        Self::PortScan,
        Self::HalfOpen,
        Self::Connect,
        Self::Malformed,
        Self::WrongProtocol,
        Self::Handshake,
        Self::Probe,
        Self::Request,
        Self::Write,
        Self::SignIn,
        Self::Token,
    ];

    /// As written in files: `sign-in`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Knock => "knock",
            Self::PortScan => "port-scan",
            Self::HalfOpen => "half-open",
            Self::Connect => "connect",
            Self::Malformed => "malformed",
            Self::WrongProtocol => "wrong-protocol",
            Self::Handshake => "handshake",
            Self::Probe => "probe",
            Self::Request => "request",
            Self::Write => "write",
            Self::SignIn => "sign-in",
            Self::Token => "token",
        }
    }
}

/// One touch, without its signature.
///
/// All texts that come from the visitor are bounded ([`FIELD`]) and free of control characters (see the sensor's `text`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Sensor and number.
    pub id: TouchId,
    /// The sensor again, for readers that do not take ids apart.
    pub sensor: SensorId,
    /// The sensor's wall clock; may jump.
    pub time: Ts,
    /// The protocol offered: `ssh`, `dicom`, `scan`, …
    pub protocol: String,
    /// What the decoy pretended to be: `pacs`, `nas`, … Empty for the port-scan detector.
    pub persona: String,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// 0 where the protocol has none.
    pub source_port: u16,
    /// The port touched; the first of them in a scan.
    pub dest_port: u16,
    /// What kind.
    pub kind: Kind,
    /// The user name tried.
    pub user: Option<String>,
    /// Keyed hash of the secret tried, 32 hexadecimal digits: equal secrets of one region have equal hashes.
    pub secret_hash: Option<String>,
    /// More, by name: `dest_ip`, `client`, `path`, `called_ae`, `ports`, `token`, `noise` … At most [`DETAILS`].
    pub detail: BTreeMap<String, String>,
    /// SHA-256 of the line before; zeros for the first.
    pub previous: Hash,
}

/// A touch with its signature: one line of a spool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTouch {
    /// What happened.
    #[serde(flatten)]
    pub touch: Touch,
    /// Ed25519 over the touch's canonical bytes, 128 hexadecimal digits.
    pub signature: String,
}

/// Why a line does not belong where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// Not JSON of a touch.
    #[error("the line after touch {after} cannot be read: {reason}")]
    Unreadable {
        /// The last good number.
        after: u64,
        /// What the reader says.
        reason: String,
    },
    /// A number was left out, or comes again.
    #[error("touch {expected} was to come and touch {found} came")]
    Number {
        /// What was to come.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The line before is not the one this line was written after.
    #[error("touch {number} follows another line than the one before it")]
    Previous {
        /// Which touch.
        number: u64,
    },
    /// The signature is not the sensor's.
    #[error("touch {number} does not carry this sensor's signature")]
    Signature {
        /// Which touch.
        number: u64,
    },
    /// It is of another sensor.
    #[error("touch {number} is of another sensor")]
    Sensor {
        /// Which touch.
        number: u64,
    },
}

impl Touch {
    /// The bytes that are signed: JSON of all fields, in order, without spaces.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Signs it and gives the line, without the line feed.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let canonical = self.canonical();
        written(&canonical, &hex::encode(key.sign(&canonical).to_bytes()))
    }
}

/// What stands between a touch and its signature.
const BEFORE_SIGNATURE: &[u8] = b",\"signature\":\"";
/// What stands after it.
const AFTER_SIGNATURE: &[u8] = b"\"}";
/// Digits of a signature.
const SIGNATURE: usize = 128;

/// The line of a touch: its canonical bytes with the signature as the last field.
fn written(canonical: &[u8], signature: &str) -> Vec<u8> {
    let fields = canonical.strip_suffix(b"}").unwrap_or(canonical);
    [fields, BEFORE_SIGNATURE, signature.as_bytes(), AFTER_SIGNATURE].concat()
}

fn signs(canonical: &[u8], signature: &str, key: &VerifyingKey) -> bool {
    let mut bytes = [0; 64];
    hex::decode_to_slice(signature, &mut bytes).is_ok()
        && key.verify_strict(canonical, &Signature::from_bytes(&bytes)).is_ok()
}

impl SignedTouch {
    /// The line, as the sensor wrote it.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Whether the signature is this key's.
    #[must_use]
    pub fn is_by(&self, key: &VerifyingKey) -> bool {
        signs(&self.touch.canonical(), &self.signature, key)
    }

    /// Reads a line that is written exactly as a sensor writes it, with the bytes that are signed. A centre reads thousands
    /// a second: one pass over the fields, each written once. `None` for what is written otherwise.
    fn as_written(line: &[u8]) -> Option<(Self, Vec<u8>)> {
        let rest = line.strip_suffix(AFTER_SIGNATURE)?;
        let (rest, signature) = rest.split_at_checked(rest.len().checked_sub(SIGNATURE)?)?;
        let fields = rest.strip_suffix(BEFORE_SIGNATURE)?;
        let canonical = [fields, b"}"].concat();
        let touch: Touch = serde_json::from_slice(&canonical).ok()?;
        let signature = str::from_utf8(signature).ok()?.to_owned();
        (touch.canonical() == canonical).then_some((Self { touch, signature }, canonical))
    }
}

/// How far a sensor's chain has been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The sensor.
    pub sensor: SensorId,
    /// The last number seen; 0 for none.
    pub number: u64,
    /// The hash of that line.
    pub hash: Hash,
}

impl Chain {
    /// Before the first touch.
    #[must_use]
    pub fn new(sensor: SensorId) -> Self {
        Self { sensor, number: 0, hash: Hash::ZERO }
    }

    /// The next number.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.number + 1
    }

    /// Moves past a line that was just written.
    pub fn advance(&mut self, line: &[u8]) {
        self.number += 1;
        self.hash = Hash::of(line);
    }

    /// Reads the next line and moves past it if it belongs there.
    ///
    /// # Errors
    /// Says what is wrong; the chain then stays where it was.
    pub fn check(&mut self, line: &[u8], key: &VerifyingKey) -> Result<SignedTouch, Break> {
        let unreadable = |reason: String| Break::Unreadable { after: self.number, reason };
        if line.len() > LINE {
            return Err(unreadable("the line is too long".to_owned()));
        }
        let (touch, canonical) = match SignedTouch::as_written(line) {
            Some(read) => read,
            None => {
                let touch: SignedTouch = serde_json::from_slice(line).map_err(|error| unreadable(error.to_string()))?;
                let canonical = touch.touch.canonical();
                (touch, canonical)
            }
        };
        let number = touch.touch.id.number;
        if touch.touch.id.sensor != self.sensor || touch.touch.sensor != self.sensor {
            return Err(Break::Sensor { number });
        }
        if number != self.next() {
            return Err(Break::Number { expected: self.next(), found: number });
        }
        // The signature is over the canonical form; a line that reads the same but is written otherwise is not the
        // sensor's, and would break the hash of the next.
        if written(&canonical, &touch.signature) != line || !signs(&canonical, &touch.signature, key) {
            return Err(Break::Signature { number });
        }
        if touch.touch.previous != self.hash {
            return Err(Break::Previous { number });
        }
        self.advance(line);
        Ok(touch)
    }
}

#[cfg(test)]
mod tests;
