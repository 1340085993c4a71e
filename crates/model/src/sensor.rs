//! Sensors as the centre knows them.

use crate::id::{FacilityId, SensorId};
use crate::time::Ts;
use crate::touch::Chain;
use crate::touch::health::{Health, Trouble};
use serde::{Deserialize, Serialize};

/// A sensor that has said nothing for so many seconds is silent: ten reports missed.
pub const SILENT_AFTER_SECONDS: i64 = 300;

/// A sensor that was enrolled at a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sensor {
    /// The id it gave itself.
    pub id: SensorId,
    /// Whose it is.
    pub facility: FacilityId,
    /// What people call it.
    pub name: String,
    /// Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
    /// When it was enrolled (last).
    pub enrolled_at: Ts,
    /// How far its touches are here.
    pub chain: Chain,
    /// The chain was found broken, and nobody has looked into it yet.
    pub fault: Option<Fault>,
    /// What it last said of itself.
    pub health: Option<Health>,
    /// When anything was last heard from it.
    pub heard_at: Option<Ts>,
    /// Taken out of use.
    pub retired_at: Option<Ts>,
    /// Seconds its clock was ahead of the centre's when its newest report came; 0 if not known.
    pub clock_ahead: i64,
}

/// A break in a sensor's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// When it was first found.
    pub at: Ts,
    /// How many breaks since.
    pub count: u32,
    /// The number of the touch where it was first found.
    pub number: u64,
    /// What kind of break.
    pub kind: FaultKind,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Touches were left out.
    Missing,
    /// A touch follows another one than the one received before it: the sensor was set back, or copied.
    Forked,
    /// A line is unreadable or does not carry the sensor's signature.
    Foreign,
}

/// How a sensor stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Its chain is broken.
    Broken,
    /// It says nothing any more.
    Silent,
    /// It reports a trouble.
    Troubled,
    /// All is well.
    Well,
    /// Taken out of use.
    Retired,
}

impl Sensor {
    /// How it stands at this moment.
    #[must_use]
    pub fn standing(&self, now: Ts) -> Standing {
        if self.retired_at.is_some() {
            Standing::Retired
        } else if self.fault.is_some() {
            Standing::Broken
        } else if self.heard_at.unwrap_or(self.enrolled_at).plus_seconds(SILENT_AFTER_SECONDS) < now {
            Standing::Silent
        } else if self.troubles().next().is_some() {
            Standing::Troubled
        } else {
            Standing::Well
        }
    }

    /// The troubles it reports.
    pub fn troubles(&self) -> impl Iterator<Item = Trouble> + '_ {
        self.health.iter().flat_map(|health| health.alarms.iter().map(|alarm| alarm.trouble))
    }

    /// Touches that the sensor has written and that are not here yet.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.health.as_ref().map_or(0, |health| health.number.saturating_sub(self.chain.number))
    }
}

/// What a sensor sends to enrol (`POST /api/v1/sensors/enrol`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrol {
    /// The code, as typed.
    pub code: String,
    /// The id it gave itself.
    pub sensor: SensorId,
    /// Its Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
}

/// What it gets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// For its requests, as a bearer token.
    pub token: String,
    /// Key under which tried secrets are hashed, 64 hexadecimal digits.
    pub secret_key: String,
    /// The facility, for the person who typed the code.
    pub facility: String,
    /// What the sensor is called there.
    pub name: String,
}

/// What it gets for lines it sent (`POST /api/v1/sensors/touches?after=N`, one line a touch).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Everything up to this number is kept.
    pub number: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::touch::health::Alarm;

    fn sensor() -> Sensor {
        let id = SensorId(uuid::Uuid::from_u128(1));
        Sensor {
            id,
            facility: FacilityId(uuid::Uuid::from_u128(2)),
            name: "Ward 3".to_owned(),
            public_key: String::new(),
            enrolled_at: Ts::from_micros(0),
            chain: Chain::new(id),
            fault: None,
            health: None,
            heard_at: Some(Ts::from_micros(0)),
            retired_at: None,
            clock_ahead: 0,
        }
    }

    fn after(seconds: i64) -> Ts {
        Ts::from_micros(0).plus_seconds(seconds)
    }

    #[test]
    fn silence_is_a_sign_after_ten_missed_reports() {
        assert_eq!(sensor().standing(after(300)), Standing::Well);
        assert_eq!(sensor().standing(after(301)), Standing::Silent);
        assert_eq!(Sensor { heard_at: None, ..sensor() }.standing(after(301)), Standing::Silent);
        assert_eq!(Sensor { retired_at: Some(after(5)), ..sensor() }.standing(after(999)), Standing::Retired);
    }

    #[test]
    fn a_broken_chain_outweighs_silence_and_troubles() {
        let fault = Fault { at: after(0), count: 1, number: 3, kind: FaultKind::Missing };
        assert_eq!(Sensor { fault: Some(fault), ..sensor() }.standing(after(999)), Standing::Broken);
    }

    #[test]
    fn a_reported_trouble_shows_and_what_is_still_to_come_is_counted() {
        let health = Health {
            sensor: sensor().id,
            time: after(0),
            version: String::new(),
            started: after(0),
            number: 7,
            hash: crate::journal::Hash::ZERO,
            sent: 0,
            spool_bytes: 0,
            open: 0,
            dropped: 0,
            decoys: Vec::new(),
            alarms: vec![Alarm { trouble: Trouble::Disk, since: after(0), detail: String::new() }],
        };
        let sensor = Sensor { health: Some(health), ..sensor() };
        assert_eq!((sensor.standing(after(1)), sensor.behind()), (Standing::Troubled, 7));
    }
}
