//! What a sensor says of itself. Its silence is a sign too, so it speaks even when nothing happens.

use crate::id::SensorId;
use crate::journal::Hash;
use crate::time::Ts;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Something is wrong at the sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// A decoy's address cannot be listened on.
    NotListening,
    /// No file descriptors were left; visitors were counted and turned away.
    NoDescriptors,
    /// The disk refused a write; touches wait in memory.
    Disk,
    /// The spool reached its size; the oldest sent part was deleted, or touches had to be dropped.
    SpoolFull,
    /// The clock went backwards or leapt.
    Clock,
    /// The chain on disk was found broken at the start.
    Chain,
    /// Raw packets cannot be read (missing right): scans of closed ports are not seen.
    NoScanDetector,
}

/// One trouble, since when, in words for the person at the sensor (English).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What.
    pub trouble: Trouble,
    /// Since when.
    pub since: Ts,
    /// More.
    pub detail: String,
}

/// One decoy as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// Protocol.
    pub protocol: String,
    /// Persona.
    pub persona: String,
    /// Address and port.
    pub address: String,
    /// Whether it listens.
    pub up: bool,
}

/// A sensor's report of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The sensor.
    pub sensor: SensorId,
    /// Its clock.
    pub time: Ts,
    /// The program's version.
    pub version: String,
    /// When it started.
    pub started: Ts,
    /// The last touch's number: shows the centre what must still come.
    pub number: u64,
    /// The hash of that line.
    pub hash: Hash,
    /// The last number the centre acknowledged.
    pub sent: u64,
    /// Bytes of the spool on disk.
    pub spool_bytes: u64,
    /// Open connections of visitors.
    pub open: u32,
    /// Touches dropped because nothing could be written any more. 0 in health.
    pub dropped: u64,
    /// The decoys.
    pub decoys: Vec<Listening>,
    /// What is wrong.
    pub alarms: Vec<Alarm>,
}

/// A report with the sensor's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHealth {
    /// The report.
    pub health: Health,
    /// Ed25519 over the report's JSON, 128 hexadecimal digits.
    pub signature: String,
}

impl Health {
    /// Signs it.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> SignedHealth {
        let bytes = serde_json::to_vec(&self).unwrap_or_default();
        SignedHealth { signature: hex::encode(key.sign(&bytes).to_bytes()), health: self }
    }
}

impl SignedHealth {
    /// Whether the signature is this key's.
    #[must_use]
    pub fn is_by(&self, key: &VerifyingKey) -> bool {
        let mut bytes = [0; 64];
        let said = serde_json::to_vec(&self.health).unwrap_or_default();
        hex::decode_to_slice(&self.signature, &mut bytes).is_ok()
            && key.verify_strict(&said, &Signature::from_bytes(&bytes)).is_ok()
    }
}
