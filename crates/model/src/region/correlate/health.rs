//! Sensors that are silent, lose records or contradict themselves, read from what they say of themselves.

use super::event::{Signal, SignalKind};
use crate::id::SensorId;
use crate::time::Ts;
use crate::touch::Chain;
use crate::touch::health::{Health, Trouble};

/// Minutes without a word after which a sensor counts as silent.
pub const SILENT_MINUTES: i64 = 15;

/// Whether a sensor is silent: its last word (touch or report, whichever came later, by the centre's clock) is too long ago.
/// The same silence gives the same signal, however often it is asked.
#[must_use]
pub fn silence(sensor: SensorId, last_heard: Ts, now: Ts) -> Option<Signal> {
    (now >= last_heard.plus_seconds(SILENT_MINUTES * 60)).then(|| Signal {
        sensor,
        kind: SignalKind::Silent,
        detail: last_heard.to_string(),
    })
}

/// What a report says that a person must look at, beside the chain as the centre followed it and the report before.
#[must_use]
pub fn signals(report: &Health, before: Option<&Health>, chain: &Chain) -> Vec<Signal> {
    let sensor = report.sensor;
    let mut out = Vec::new();
    let mut say = |kind, detail: String| out.push(Signal { sensor, kind, detail });
    if report.number < chain.number {
        // It once wrote more than it now says it did: restored from an old copy, or rewritten.
        say(SignalKind::Gap, format!("{} < {}", report.number, chain.number));
    } else if report.number == chain.number && report.hash != chain.hash {
        say(SignalKind::Broken, report.number.to_string());
    }
    let lost = |health: &Health| health.dropped;
    if report.dropped > before.filter(|old| old.started == report.started).map_or(0, lost) {
        say(SignalKind::Dropped, report.dropped.to_string());
    }
    for alarm in &report.alarms {
        let known = before
            .is_some_and(|old| old.alarms.iter().any(|one| (one.trouble, one.since) == (alarm.trouble, alarm.since)));
        if !known {
            let kind = if alarm.trouble == Trouble::Chain { SignalKind::Broken } else { SignalKind::Trouble };
            say(kind, format!("{:?} {}", alarm.trouble, alarm.since));
        }
    }
    out
}

/// How many seconds the sensor's clock is ahead of the centre's, from a report that arrived now. A few seconds on the way
/// are nothing.
#[must_use]
pub fn clock_ahead(report: &Health, arrived: Ts) -> i64 {
    let seconds = report.time.micros().saturating_sub(arrived.micros()) / 1_000_000;
    if seconds.abs() < 60 { 0 } else { seconds }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{minute, sensor};
    use super::*;
    use crate::journal::Hash;
    use crate::touch::health::Alarm;

    fn report(number: u64) -> Health {
        Health {
            sensor: sensor(1),
            time: minute(0),
            version: "1".into(),
            started: minute(-60),
            number,
            hash: Hash::of(&number.to_le_bytes()),
            sent: number,
            spool_bytes: 0,
            open: 0,
            dropped: 0,
            decoys: Vec::new(),
            alarms: Vec::new(),
        }
    }

    fn chain(number: u64) -> Chain {
        Chain { sensor: sensor(1), number, hash: Hash::of(&number.to_le_bytes()) }
    }

    fn kinds(signals: &[Signal]) -> Vec<SignalKind> {
        signals.iter().map(|signal| signal.kind).collect()
    }

    #[test]
    fn silence_is_a_signal_and_the_same_silence_is_the_same_signal() {
        assert_eq!(silence(sensor(1), minute(0), minute(14)), None);
        let first = silence(sensor(1), minute(0), minute(15));
        assert_eq!(first.as_ref().map(|signal| signal.kind), Some(SignalKind::Silent));
        assert_eq!(silence(sensor(1), minute(0), minute(99)), first);
    }

    #[test]
    fn a_sensor_that_forgot_what_it_wrote_is_noticed() {
        assert_eq!(signals(&report(5), None, &chain(5)), []);
        assert_eq!(signals(&report(7), None, &chain(5)), [], "touches still on their way");
        assert_eq!(kinds(&signals(&report(4), None, &chain(5))), [SignalKind::Gap]);
        let other = Health { hash: Hash::ZERO, ..report(5) };
        assert_eq!(kinds(&signals(&other, None, &chain(5))), [SignalKind::Broken]);
    }

    #[test]
    fn lost_records_and_new_troubles_are_told_once() {
        let alarm = Alarm { trouble: Trouble::Disk, since: minute(-1), detail: String::new() };
        let bad = Health { dropped: 3, alarms: vec![alarm], ..report(5) };
        assert_eq!(kinds(&signals(&bad, Some(&report(5)), &chain(5))), [SignalKind::Dropped, SignalKind::Trouble]);
        assert_eq!(signals(&bad, Some(&bad), &chain(5)), []);
        let restarted = Health { started: minute(-1), ..bad.clone() };
        assert_eq!(kinds(&signals(&restarted, Some(&bad), &chain(5))), [SignalKind::Dropped]);
    }

    #[test]
    fn a_clock_is_measured_when_its_report_arrives() {
        assert_eq!(clock_ahead(&report(1), minute(0).plus_seconds(3)), 0);
        assert_eq!(clock_ahead(&report(1), minute(60)), -3600);
    }
}
