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

/// The rules of the catalogue in short: same conditions, bare words.
pub(crate) fn rules() -> super::Rules {
    let mut rules = serde_json::json!([
        {"id": "token", "group": "token", "kinds": ["token"], "despite_noise": true, "severity": "urgent"},
        {"id": "device", "group": "device", "needs": ["device"], "severity": "high",
         "reason": {"ja": "{device} {owner} {weaknesses} {connection} {cutter}", "en": "-"},
         "reason_member": {"ja": "{device}", "en": "-"}, "reason_owner": {"ja": "貴施設の{device}", "en": "-"}},
        {"id": "leak", "group": "secret", "needs": ["leak"], "severity": "high",
         "reason_owner": {"ja": "貴施設の{leak}", "en": "-"}, "owner_steps": ["c", "c", "c"]},
        {"id": "credential", "group": "credential", "count": "facilities", "threshold": 2, "window_minutes": 10080, "severity": "high"},
        {"id": "source", "group": "source", "count": "facilities", "threshold": 2, "window_minutes": 1440, "severity": "middle",
         "raise": [{"kinds": ["sign-in"], "to": "high"}, {"facilities": 3, "to": "urgent"}],
         "reason": {"ja": "{source} {facilities}", "en": "-"}, "reason_member": {"ja": "{source} {others}", "en": "{others}"}},
        {"id": "steps", "group": "sequence", "count": "facilities", "threshold": 2, "window_minutes": 1440, "steps_in_a_row": 3, "severity": "middle"},
        {"id": "sweep", "group": "visitor", "count": "places", "threshold": 3, "window_minutes": 60, "severity": "middle"},
        {"id": "first", "group": "facility", "window_minutes": 60, "first_only": true, "severity": "middle"},
        {"id": "touched", "group": "visitor", "window_minutes": 60, "severity": "low"},
        {"id": "client", "group": "client", "count": "facilities", "threshold": 2, "window_minutes": 1440, "joins": false, "severity": "low"},
        {"id": "chain", "group": "sensor", "signals": ["gap", "broken", "signature"], "joins": false, "severity": "high"},
        {"id": "silent", "group": "sensor", "signals": ["silent"], "joins": false, "severity": "middle"},
    ]);
    for rule in rules.as_array_mut().expect("a list") {
        let rule = rule.as_object_mut().expect("an object");
        let title = serde_json::json!({"ja": rule["id"].clone(), "en": rule["id"].clone()});
        for (key, value) in [
            ("title", title.clone()),
            ("reason", title.clone()),
            ("reason_member", title),
            ("count", "touches".into()),
            ("threshold", 1.into()),
            ("window_minutes", 1440.into()),
            ("steps", serde_json::json!(["a", "b", "c"])),
        ] {
            rule.entry(key).or_insert(value);
        }
    }
    let steps = serde_json::json!([
        {"id": "a", "text": {"ja": "{cutter}（{cutter_phone}）に電話", "en": "call {cutter} ({cutter_phone})"}, "needs": ["cutter", "cutter_phone"], "otherwise": "b"},
        {"id": "b", "text": {"ja": "保守会社に電話", "en": "call the vendor"}, "basis": "通知", "confidence": "seen"},
        {"id": "c", "text": {"ja": "監視センターに電話", "en": "call the centre"}},
    ]);
    serde_json::from_value(serde_json::json!({"rules": rules, "steps": steps})).expect("rules")
}
