//! What comes in: touches and signals of sensors, with what the caller knows about them.

use crate::id::{AssetId, FacilityId, SensorId};
use crate::known::keyed;
use crate::party::Contact;
use crate::time::Ts;
use crate::touch::{Break, Touch};
use serde::{Deserialize, Serialize};

/// A touch may lie so many days before its arrival: sensors wait while the centre is away. An older one has a wrong clock.
pub(super) const LATEST_DAYS: i64 = 30;

/// Something that arrived at the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The facility of the sensor.
    pub facility: FacilityId,
    /// When it arrived, by the centre's clock.
    pub at: Ts,
    /// How many seconds the sensor's clock is ahead of the centre's, as its newest health report showed; 0 if not known.
    pub clock_ahead: i64,
    /// What arrived.
    pub what: What,
}

/// A touch, or something about the sensor itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A touch whose place in the chain was checked.
    Touch(Touch),
    /// Something is wrong with a sensor.
    Signal(Signal),
}

keyed! {
    /// What is wrong with a sensor.
    SignalKind {
        /// It has not been heard of.
        #[default]
        Silent = "silent", "連絡が途絶えています", "it is silent";
        /// Touches are missing, or come again.
        Gap = "gap", "記録の番号が飛んでいます", "records are missing or come again";
        /// A record is not the one that followed the one before.
        Broken = "broken", "記録のつながりが切れています", "the chain of records is broken";
        /// A record does not carry the sensor's signature.
        Signature = "signature", "記録の署名が合いません", "the signature on a record is wrong";
        /// Touches were lost because nothing could be written.
        Dropped = "dropped", "書き込めずに失われた記録があります", "records were lost because nothing could be written";
        /// The sensor itself reports a trouble.
        Trouble = "trouble", "センサーが不調を知らせています", "the sensor reports a trouble";
    }
}

/// Something is wrong with a sensor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Signal {
    /// The sensor.
    pub sensor: SensorId,
    /// What.
    pub kind: SignalKind,
    /// More, for the person who looks: the last number, the name of the trouble. Equal signals have equal details.
    pub detail: String,
}

impl Signal {
    /// Of a line that does not belong where it stands.
    #[must_use]
    pub fn of_break(sensor: SensorId, wrong: &Break) -> Self {
        let kind = match wrong {
            Break::Number { .. } => SignalKind::Gap,
            Break::Unreadable { .. } | Break::Previous { .. } => SignalKind::Broken,
            Break::Signature { .. } | Break::Sensor { .. } => SignalKind::Signature,
        };
        Self { sensor, kind, detail: wrong.to_string() }
    }
}

/// The external connection a device sits behind, and who can cut it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Behind {
    /// As the register calls it.
    pub name: String,
    /// Who can cut it: name.
    pub cutter: String,
    /// Their telephone.
    pub phone: String,
    /// How: which cable, which switch.
    pub how: String,
}

impl Behind {
    /// Of a connection: the contact of the day, or of the night when no other has a telephone.
    #[must_use]
    pub fn new(name: &str, day: &Contact, night: &Contact, how: &str) -> Self {
        let contact = if day.phone.trim().is_empty() && !night.phone.trim().is_empty() { night } else { day };
        Self {
            name: name.trim().to_owned(),
            cutter: contact.name.trim().to_owned(),
            phone: contact.phone.trim().to_owned(),
            how: how.trim().to_owned(),
        }
    }
}

/// The device of a ledger that a touch came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Device {
    /// Whose ledger.
    pub facility: FacilityId,
    /// The row.
    pub asset: AssetId,
    /// What people call it.
    pub name: String,
    /// Department or person that owns it.
    pub owner: String,
    /// Where it stands.
    pub place: String,
    /// Its open weaknesses, worst first.
    pub weaknesses: Vec<String>,
    /// The connection it sits behind.
    pub behind: Option<Behind>,
}

/// A secret that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Leak {
    /// What is known of it: `2026年8月に流出した保守会社のパスワード`.
    pub what: String,
    /// The facility it belongs to, if to one.
    pub owner: Option<FacilityId>,
}

/// What the caller knows about a touch. For equal touches equal facts, else what comes out depends on the order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The source address belongs to the network that the members share.
    pub shared_network: bool,
    /// The device of a ledger with the source address.
    pub device: Option<Device>,
    /// What is known of the secret.
    pub leak: Option<Leak>,
    /// The secret is one that everybody tries (`admin`): it ties nobody to anybody.
    pub common_secret: bool,
    /// The centre holds a declaration that covers the touch: its reason.
    pub noise: Option<String>,
}

/// When a touch happened, as far as can be told: by the sensor's clock, put right by what its health report showed. A clock
/// that would place it after its arrival, or long before, is not believed; then it happened when it arrived.
#[must_use]
pub fn happened(told: Ts, arrived: Ts, clock_ahead: i64) -> Ts {
    let told = told.plus_seconds(clock_ahead.saturating_neg());
    if told > arrived || told < arrived.plus_seconds(-LATEST_DAYS * 24 * 60 * 60) { arrived } else { told }
}
