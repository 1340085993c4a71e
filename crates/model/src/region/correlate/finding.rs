//! What a rule found: one run that reached its threshold.

use super::event::{Device, Leak, SignalKind};
use super::group::{Moment, Spot, SpotKey, Thread, merge_some};
use super::pairs;
use super::rule::{Rule, Severity};
use crate::id::{FacilityId, SensorId};
use crate::region::net::Source;
use crate::touch::Kind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What happened at one facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The first touch.
    pub first: Moment,
    /// The last touch.
    pub last: Moment,
    /// How many.
    pub count: u64,
    /// Which sensors.
    pub sensors: BTreeSet<SensorId>,
    /// Who came.
    pub visitors: BTreeSet<Source>,
    /// Kinds of touch.
    pub kinds: BTreeSet<Kind>,
    /// Signals of its sensors.
    pub signals: BTreeSet<SignalKind>,
    /// Protocols, a few.
    pub protocols: BTreeSet<String>,
    /// User names tried, a few.
    pub users: BTreeSet<String>,
    /// Ports touched, a few.
    pub ports: BTreeSet<u16>,
    /// How many different addresses or sensors.
    pub places: usize,
}

/// One run that reached a rule's threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule, key and first touch.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// What ties it together, as it is shown.
    pub subject: String,
    /// How bad.
    pub severity: Severity,
    /// The first touch.
    pub first: Moment,
    /// The last touch.
    pub last: Moment,
    /// What happened where.
    pub parts: BTreeMap<FacilityId, Part>,
    /// Devices of ledgers it came from, by source.
    #[serde(with = "pairs")]
    pub devices: BTreeMap<Source, Device>,
    /// What is known of the secrets tried.
    pub leaks: BTreeSet<Leak>,
    /// Whether it joins the case of its visitors.
    pub joins: bool,
    pub(super) threads: BTreeSet<Thread>,
}

/// Most visitors kept by name in a part.
const VISITORS: usize = 32;

impl Finding {
    pub(super) fn of(rule: &Rule, key: &str, subject: &str, run: &[(&SpotKey, &Spot)]) -> Self {
        let moments = || run.iter().map(|(_, spot)| *spot);
        let nowhere = Moment { at: crate::time::Ts::from_micros(0), mark: String::new() };
        let first = moments().map(|spot| &spot.first).min().cloned().unwrap_or_else(|| nowhere.clone());
        let last = moments().map(|spot| &spot.last).max().cloned().unwrap_or(nowhere);
        let mut parts: BTreeMap<FacilityId, (Part, BTreeSet<&str>)> = BTreeMap::new();
        let mut devices: BTreeMap<Source, Device> = BTreeMap::new();
        let mut leaks = BTreeSet::new();
        for (key, spot) in run {
            let (part, values) = parts.entry(key.facility).or_insert_with(|| (Part::of(key, spot), BTreeSet::new()));
            part.add(key, spot);
            values.insert(&key.value);
            merge_some(&mut leaks, &spot.leaks);
            if let (Some(visitor), Some(device)) = (key.visitor, spot.devices.first()) {
                // Facts that changed meanwhile: the smallest, so that the order of arrival does not matter.
                let there = devices.entry(visitor).or_insert_with(|| device.clone());
                if device < there {
                    *there = device.clone();
                }
            }
        }
        let parts: BTreeMap<FacilityId, Part> = parts
            .into_iter()
            .map(|(facility, (mut part, values))| {
                part.places = values.len();
                (facility, part)
            })
            .collect();
        let mut severity = rule.severity;
        for raise in &rule.raise {
            let kinds = raise.kinds.is_empty()
                || parts.values().any(|part| part.kinds.intersection(&raise.kinds).next().is_some());
            if kinds && parts.len() >= raise.facilities {
                severity = severity.max(raise.to);
            }
        }
        Self {
            id: format!("{key}|{}", first.mark),
            rule: rule.id.clone(),
            subject: subject.to_owned(),
            severity,
            first,
            last,
            parts,
            devices,
            leaks,
            joins: rule.joins,
            threads: run.iter().map(|(key, _)| key.thread()).collect(),
        }
    }

    /// Facilities whose device or secret it is and that were not touched in it.
    #[must_use]
    pub fn owners(&self) -> BTreeSet<FacilityId> {
        let devices = self.devices.values().map(|device| device.facility);
        let leaks = self.leaks.iter().filter_map(|leak| leak.owner);
        devices.chain(leaks).filter(|owner| !self.parts.contains_key(owner)).collect()
    }

    /// Whether it concerns a facility at all.
    #[must_use]
    pub fn concerns(&self, facility: FacilityId) -> bool {
        self.parts.contains_key(&facility) || self.owners().contains(&facility)
    }
}

impl Part {
    fn of(key: &SpotKey, spot: &Spot) -> Self {
        Self {
            first: spot.first.clone(),
            last: spot.last.clone(),
            count: 0,
            sensors: BTreeSet::from([key.sensor]),
            visitors: BTreeSet::new(),
            kinds: BTreeSet::new(),
            signals: BTreeSet::new(),
            protocols: BTreeSet::new(),
            users: BTreeSet::new(),
            ports: BTreeSet::new(),
            places: 0,
        }
    }

    fn add(&mut self, key: &SpotKey, spot: &Spot) {
        self.first = self.first.clone().min(spot.first.clone());
        self.last = self.last.clone().max(spot.last.clone());
        self.count = self.count.saturating_add(spot.count);
        self.sensors.insert(key.sensor);
        self.visitors.extend(key.visitor);
        while self.visitors.len() > VISITORS {
            self.visitors.pop_last();
        }
        self.kinds.extend(&spot.kinds);
        self.signals.extend(&spot.signals);
        merge_some(&mut self.protocols, &spot.protocols);
        merge_some(&mut self.users, &spot.users);
        merge_some(&mut self.ports, &spot.ports);
    }
}
