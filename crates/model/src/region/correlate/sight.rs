//! One arrival under all rules: which keys it has, and what of it is kept.

use super::event::{Arrival, Facts, Signal, What, happened};
use super::group::{Group, Moment, Spot, SpotKey, span, window};
use super::rule::{Fact, Grouping, Rule, Rules};
use crate::id::FacilityId;
use crate::region::net::Source;
use crate::time::Ts;
use crate::touch::{Kind, Touch};
use std::collections::BTreeMap;

/// One touch or signal under one rule.
pub(super) struct Sighting<'a> {
    pub(super) rule: &'a Rule,
    /// The rule and the key.
    pub(super) group: String,
    /// The key as it is shown.
    pub(super) subject: String,
}

/// Where an arrival is folded, what is kept of it, and under which rules.
pub(super) fn of<'a>(rules: &'a Rules, arrival: &Arrival, facts: &Facts) -> (SpotKey, Spot, Vec<Sighting<'a>>) {
    let facility = arrival.facility;
    match &arrival.what {
        What::Touch(touch) => {
            let at = happened(touch.time, arrival.at, arrival.clock_ahead);
            let source = Source::of(touch.source_ip, facility, facts.shared_network);
            let place = touch.detail.get("dest_ip").cloned().unwrap_or_else(|| touch.sensor.to_string());
            let visitor = Some(source);
            let key = SpotKey { span: span(at), facility, sensor: touch.sensor, visitor, value: place };
            (key, spot_of(touch, at, facts), touch_sightings(rules, touch, facility, source, facts))
        }
        What::Signal(signal) => {
            let mut spot = Spot::at(Moment { at: arrival.at, mark: mark(signal, arrival.at) });
            spot.signals.insert(signal.kind);
            let value = signal.detail.clone();
            let key = SpotKey { span: span(arrival.at), facility, sensor: signal.sensor, visitor: None, value };
            (key, spot, signal_sightings(rules, signal))
        }
    }
}

fn mark(signal: &Signal, at: Ts) -> String {
    format!("{}.{}.{}", signal.sensor, signal.kind.key(), at.micros())
}

fn spot_of(touch: &Touch, at: Ts, facts: &Facts) -> Spot {
    let mut spot = Spot::at(Moment { at, mark: touch.id.to_string() });
    spot.kinds.insert(touch.kind);
    spot.protocols.insert(touch.protocol.clone());
    spot.users.extend(touch.user.clone());
    if touch.dest_port != 0 {
        spot.ports.insert(touch.dest_port);
    }
    spot.devices.extend(facts.device.clone());
    spot.leaks.extend(facts.leak.clone());
    spot
}

fn touch_sightings<'a>(
    rules: &'a Rules,
    touch: &Touch,
    facility: FacilityId,
    source: Source,
    facts: &Facts,
) -> Vec<Sighting<'a>> {
    let noise = facts.noise.is_some() || touch.detail.contains_key("noise");
    let applies = |rule: &&Rule| {
        rule.signals.is_empty()
            && (rule.kinds.is_empty() || rule.kinds.contains(&touch.kind))
            && (!noise || rule.despite_noise)
            && rule.needs.iter().all(|fact| match fact {
                Fact::Device => facts.device.is_some(),
                Fact::Leak => facts.leak.is_some(),
            })
    };
    let visitor = serde_json::to_string(&source).unwrap_or_default();
    let of = |rule: &'a Rule| {
        let (key, subject) = match rule.group {
            Grouping::Source => (visitor.clone(), source.shown()),
            Grouping::Visitor | Grouping::Sequence => (format!("{facility} {visitor}"), source.shown()),
            Grouping::Facility => (facility.to_string(), String::new()),
            Grouping::Credential => {
                let (user, secret) = (touch.user.as_ref()?, touch.secret_hash.as_ref()?);
                if facts.common_secret {
                    return None;
                }
                let user = crate::text::folded(user);
                (format!("{secret} {user}"), String::new())
            }
            Grouping::Secret => (touch.secret_hash.clone()?, String::new()),
            Grouping::Client => {
                let client = touch.detail.get("client").filter(|client| !client.trim().is_empty())?;
                (format!("{} {client}", touch.protocol), client.clone())
            }
            Grouping::Device => {
                let device = facts.device.as_ref()?;
                (device.asset.to_string(), String::new())
            }
            Grouping::Token => {
                let token = touch.detail.get("token").cloned().unwrap_or_default();
                if token.is_empty() {
                    (format!("at {facility}"), String::new())
                } else {
                    (format!("is {token}"), token)
                }
            }
            Grouping::Sensor => return None,
        };
        Some(Sighting { rule, group: format!("{}|{key}", rule.id), subject })
    };
    rules.rules.iter().filter(applies).filter_map(of).collect()
}

fn signal_sightings<'a>(rules: &'a Rules, signal: &Signal) -> Vec<Sighting<'a>> {
    let applies = |rule: &&Rule| rule.group == Grouping::Sensor && rule.signals.contains(&signal.kind);
    let of = |rule: &'a Rule| Sighting {
        rule,
        group: format!("{}|{} {}", rule.id, signal.sensor, signal.kind.key()),
        subject: String::new(),
    };
    rules.rules.iter().filter(applies).map(of).collect()
}

/// The sequences in a visit: of each run, its different steps in the order of their first time, so many in a row. Steps that
/// only knock say nothing about who it is.
pub(super) fn sequences(rule: &Rule, visit: &Group) -> BTreeMap<String, BTreeMap<SpotKey, Spot>> {
    let mut out: BTreeMap<String, BTreeMap<SpotKey, Spot>> = BTreeMap::new();
    for run in visit.runs(window(rule)) {
        let mut steps: Vec<(&SpotKey, &Spot)> = Vec::new();
        for (key, spot) in run {
            let passing = spot.kinds.iter().all(|kind| *kind <= Kind::HalfOpen);
            if !passing && steps.iter().all(|(there, _)| there.value != key.value) {
                steps.push((key, spot));
            }
        }
        for row in steps.windows(rule.steps_in_a_row.max(2)) {
            let [(head, first), .., (_, last)] = row else { continue };
            let words: Vec<&str> = row.iter().map(|(key, _)| key.value.as_str()).collect();
            // Only first times count, so that a repetition of a step changes nothing.
            let mut spot = Spot::at(first.first.clone());
            spot.last = last.first.clone();
            for (_, step) in row {
                spot.kinds.extend(&step.kinds);
            }
            let key = SpotKey { value: String::new(), ..(*head).clone() };
            out.entry(words.join(" → ")).or_default().insert(key, spot);
        }
    }
    out
}
