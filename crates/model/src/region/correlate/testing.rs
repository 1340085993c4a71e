//! Touches and places for tests.

use super::event::{Arrival, Device, Facts, What};
use crate::id::{AssetId, FacilityId, SensorId};
use crate::journal::Hash;
use crate::time::Ts;
use crate::touch::{Kind, Touch, TouchId};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) fn house(n: u128) -> FacilityId {
    FacilityId(Uuid::from_u128(n))
}

pub(crate) fn sensor(n: u128) -> SensorId {
    SensorId(Uuid::from_u128(1000 + n))
}

/// Minutes after nine in the morning of 21 November 2026 in Japan.
pub(crate) fn minute(n: i64) -> Ts {
    Ts::from_micros(1_795_219_200_000_000).plus_seconds(n * 60)
}

pub(crate) fn day(n: i64) -> Ts {
    minute(n * 24 * 60)
}

/// A touch being made: number `number` of sensor `sensor`, at minute 0.
#[derive(Clone)]
pub(crate) struct Made(Touch);

pub(crate) fn touch(sensor_no: u128, number: u64) -> Made {
    let id = TouchId { sensor: sensor(sensor_no), number };
    Made(Touch {
        id,
        sensor: id.sensor,
        time: minute(0),
        protocol: "ssh".into(),
        persona: "nas".into(),
        source_ip: "203.0.113.5".parse().expect("an address"),
        source_port: 40_000,
        dest_port: 22,
        kind: Kind::Connect,
        user: None,
        secret_hash: None,
        detail: BTreeMap::new(),
        previous: Hash::ZERO,
    })
}

impl Made {
    pub(crate) fn from(mut self, ip: &str) -> Self {
        self.0.source_ip = ip.parse().expect("an address");
        self
    }

    pub(crate) fn kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn at(mut self, at: Ts) -> Self {
        self.0.time = at;
        self
    }

    pub(crate) fn over(mut self, protocol: &str) -> Self {
        self.0.protocol = protocol.into();
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.detail.insert(name.into(), value.into());
        self
    }

    pub(crate) fn tries(mut self, user: &str, secret: &str) -> Self {
        self.0.kind = Kind::SignIn;
        self.0.user = Some(user.into());
        self.0.secret_hash = Some(secret.into());
        self
    }

    pub(crate) fn done(self) -> Touch {
        self.0
    }

    /// Arrived at once, at a facility.
    pub(crate) fn arrives(self, facility: u128) -> Arrival {
        let at = self.0.time;
        Arrival { facility: house(facility), at, clock_ahead: 0, what: What::Touch(self.0) }
    }
}

pub(crate) fn device(owner: u128, name: &str) -> Device {
    Device {
        facility: house(owner),
        asset: AssetId(Uuid::from_u128(7000 + owner)),
        name: name.into(),
        owner: "放射線部".into(),
        place: "1階撮影室".into(),
        weaknesses: vec!["CVE-2020-0001".into()],
        behind: Some(super::event::Behind {
            name: "CT保守回線".into(),
            cutter: "情報係 佐藤".into(),
            phone: "内線 1234".into(),
            how: "サーバ室の黄色いケーブル".into(),
        }),
    }
}

pub(crate) fn nothing() -> Facts {
    Facts::default()
}
