//! Touches with one key under one rule, folded so that any number of them takes bounded room and any order of arrival gives
//! the same: spans of ten minutes keep the first and last instant, a count, and the smallest few of what was seen.

use super::event::{Device, Leak, SignalKind};
use super::finding::Finding;
use super::pairs;
use super::rule::{Count, Rule};
use crate::id::{FacilityId, SensorId};
use crate::region::net::Source;
use crate::time::Ts;
use crate::touch::Kind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Length of a span.
pub(super) const GRAIN_MINUTES: u32 = 10;
const GRAIN: i64 = GRAIN_MINUTES as i64 * 60 * 1_000_000;
/// Most spans in one group; beyond, the oldest but the first are dropped.
pub const SPOTS: usize = 4096;
/// How many users, ports and the like are kept as examples.
const EXAMPLES: usize = 8;

/// An instant with the name of what happened then; orders what happened at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Ts,
    /// The touch's id, or the signal's.
    pub mark: String,
}

/// Where touches are folded: span, place, visitor, and what is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct SpotKey {
    pub(super) span: i64,
    pub(super) facility: FacilityId,
    pub(super) sensor: SensorId,
    pub(super) visitor: Option<Source>,
    pub(super) value: String,
}

/// By what two findings share a visitor: span, facility, visitor.
pub(super) type Thread = (i64, FacilityId, Option<Source>);

impl SpotKey {
    pub(super) fn thread(&self) -> Thread {
        (self.span, self.facility, self.visitor)
    }
}

/// The span an instant lies in.
pub(super) fn span(at: Ts) -> i64 {
    at.micros().div_euclid(GRAIN)
}

/// What is known of the touches of one spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spot {
    pub(super) first: Moment,
    pub(super) last: Moment,
    pub(super) count: u64,
    pub(super) kinds: BTreeSet<Kind>,
    pub(super) signals: BTreeSet<SignalKind>,
    pub(super) protocols: BTreeSet<String>,
    pub(super) users: BTreeSet<String>,
    pub(super) ports: BTreeSet<u16>,
    pub(super) devices: BTreeSet<Device>,
    pub(super) leaks: BTreeSet<Leak>,
}

impl Spot {
    pub(super) fn at(moment: Moment) -> Self {
        Self {
            first: moment.clone(),
            last: moment,
            count: 1,
            kinds: BTreeSet::new(),
            signals: BTreeSet::new(),
            protocols: BTreeSet::new(),
            users: BTreeSet::new(),
            ports: BTreeSet::new(),
            devices: BTreeSet::new(),
            leaks: BTreeSet::new(),
        }
    }

    /// Puts two together; which one is which does not matter.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.first < self.first {
            self.first = other.first.clone();
        }
        if other.last > self.last {
            self.last = other.last.clone();
        }
        self.count = self.count.saturating_add(other.count);
        self.kinds.extend(&other.kinds);
        self.signals.extend(&other.signals);
        merge_some(&mut self.protocols, &other.protocols);
        merge_some(&mut self.users, &other.users);
        merge_some(&mut self.ports, &other.ports);
        merge_some(&mut self.devices, &other.devices);
        merge_some(&mut self.leaks, &other.leaks);
    }
}

/// The smallest few of both: the same whichever came first.
pub(super) fn merge_some<T: Ord + Clone>(into: &mut BTreeSet<T>, from: &BTreeSet<T>) {
    into.extend(from.iter().cloned());
    while into.len() > EXAMPLES {
        into.pop_last();
    }
}

/// All spots of one key under one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) rule: String,
    /// What the key is, as it is shown: a token, a client, a sequence.
    pub(super) subject: String,
    #[serde(with = "pairs")]
    pub(super) spots: BTreeMap<SpotKey, Spot>,
    /// The first moment ever, kept when its spots are gone.
    pub(super) first: Option<Moment>,
}

impl Group {
    pub(super) fn new(rule: &str, subject: &str) -> Self {
        Self { rule: rule.to_owned(), subject: subject.to_owned(), spots: BTreeMap::new(), first: None }
    }

    pub(super) fn add(&mut self, key: SpotKey, spot: &Spot) {
        if self.first.as_ref().is_none_or(|first| spot.first < *first) {
            self.first = Some(spot.first.clone());
        }
        match self.spots.get_mut(&key) {
            Some(there) => there.merge(spot),
            None => {
                self.spots.insert(key, spot.clone());
            }
        }
        while self.spots.len() > SPOTS {
            // The very first stays: it gives the case its name.
            let Some(second) = self.spots.keys().nth(1).cloned() else { break };
            self.spots.remove(&second);
        }
    }

    /// Where only the first run counts, nothing beyond its first day is kept.
    pub(super) fn keep_the_first_day(&mut self) {
        if let Some(first) = &self.first {
            let end = span(first.at) + 24 * 60 / i64::from(GRAIN_MINUTES);
            self.spots.retain(|key, _| key.span <= end);
        }
    }

    pub(super) fn last(&self) -> Option<Ts> {
        self.spots.values().map(|spot| spot.last.at).max()
    }

    /// Runs: spots in order of time, none further from those before than the window.
    pub(super) fn runs(&self, window: i64) -> Vec<Vec<(&SpotKey, &Spot)>> {
        let mut sorted: Vec<(&SpotKey, &Spot)> = self.spots.iter().collect();
        sorted.sort_by(|a, b| (&a.1.first, a.0).cmp(&(&b.1.first, b.0)));
        let mut runs: Vec<Vec<(&SpotKey, &Spot)>> = Vec::new();
        let mut end = i64::MIN;
        for (key, spot) in sorted {
            if runs.is_empty() || spot.first.at.micros().saturating_sub(end) > window {
                runs.push(Vec::new());
            }
            end = end.max(spot.last.at.micros());
            if let Some(run) = runs.last_mut() {
                run.push((key, spot));
            }
        }
        runs
    }

    /// The findings of the group as it stands.
    pub(super) fn findings(&self, rule: &Rule, key: &str) -> Vec<Finding> {
        let window = window(rule);
        let of = |run: Vec<(&SpotKey, &Spot)>| {
            let starts_it = || run.iter().any(|(_, spot)| Some(&spot.first) == self.first.as_ref());
            (reaches(rule, &run, window) && (!rule.first_only || starts_it()))
                .then(|| Finding::of(rule, key, &self.subject, &run))
        };
        self.runs(window).into_iter().filter_map(of).collect()
    }
}

pub(super) fn window(rule: &Rule) -> i64 {
    i64::from(rule.window_minutes) * 60 * 1_000_000
}

/// Whether enough different values fall into one window.
fn reaches(rule: &Rule, run: &[(&SpotKey, &Spot)], window: i64) -> bool {
    if rule.count == Count::Touches || rule.threshold <= 1 {
        return true;
    }
    // What differs is the facility, or the place there.
    let counted = |key: &SpotKey| match rule.count {
        Count::Places => (None, key.value.clone()),
        Count::Facilities | Count::Touches => (Some(key.facility), String::new()),
    };
    let all: BTreeSet<_> = run.iter().map(|(key, _)| counted(key)).collect();
    if all.len() < rule.threshold {
        return false;
    }
    run.iter().enumerate().any(|(at, (_, start))| {
        let end = start.last.at.micros().saturating_add(window);
        let mut values = BTreeSet::new();
        for (key, spot) in run.iter().skip(at) {
            if spot.first.at.micros() > end {
                break;
            }
            values.insert(counted(key));
            if values.len() >= rule.threshold {
                return true;
            }
        }
        false
    })
}
