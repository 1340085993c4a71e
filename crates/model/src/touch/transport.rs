//! How touches travel through a stream server (NATS JetStream): subjects, message ids, what belongs together, and when
//! a sensor must say something again.
//!
//! A stream has no memory of a sensor's order and may lose what one server's disk loses. So each message carries what the
//! centre needs to put the lines back: the touch's number ([`MessageId`]) and the number of the oldest touch the sensor
//! still has ([`OLDEST_HEADER`]).

use super::TouchId;
use crate::id::{FacilityId, SensorId};
use crate::journal::Hash;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The name of the stream that keeps touches until the centre has them.
pub const STREAM: &str = "TOUCHES";
/// The subjects of all sensors.
pub const ALL_SUBJECTS: &str = "touch.*.*";
/// Header with the number of the oldest touch the sensor still has.
pub const OLDEST_HEADER: &str = "Hakutaku-Oldest";
/// Header with the message id of a touch that is published again because the centre did not get it. As `Nats-Msg-Id` the
/// stream server would take it for what it knows, and keep nothing.
pub const AGAIN_HEADER: &str = "Hakutaku-Again";
/// For so long the stream server knows a message id again.
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// A sensor whose touches neither wait in the stream nor reach the centre sends them again after so long: three reports of
/// health, and longer than another server needs to go on where one died.
pub const LOST_AFTER: Duration = Duration::from_secs(90);
/// Hexadecimal digits of the line's hash in a message id.
const HASH_DIGITS: usize = 16;

/// Where one sensor's touches are published: `touch.<facility>.<sensor>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Whose sensor it is.
    pub facility: FacilityId,
    /// Which sensor.
    pub sensor: SensorId,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "touch.{}.{}", self.facility, self.sensor)
    }
}

/// Why a text is no [`Subject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a subject of touches is touch.<facility>.<sensor>")]
pub struct NoSubject;

impl FromStr for Subject {
    type Err = NoSubject;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (facility, sensor) = text.strip_prefix("touch.").and_then(|rest| rest.split_once('.')).ok_or(NoSubject)?;
        let read =
            Self { facility: facility.parse().map_err(|_| NoSubject)?, sensor: sensor.parse().map_err(|_| NoSubject)? };
        // One spelling only: ids may be written in several ways, subjects may not.
        if read.to_string() == text { Ok(read) } else { Err(NoSubject) }
    }
}

/// What the stream server knows a touch by (`Nats-Msg-Id`): `<sensor>.<number>.<first half of the line's hash>`. The hash
/// keeps apart two touches of one number, as a sensor writes them that was set back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId {
    /// Sensor and number.
    pub touch: TouchId,
    /// The first 16 hexadecimal digits of the line's SHA-256.
    pub hash: String,
}

impl MessageId {
    /// Of a line of the spool.
    #[must_use]
    pub fn of(sensor: SensorId, number: u64, line: &[u8]) -> Self {
        let mut hash = hex::encode(Hash::of(line).0);
        hash.truncate(HASH_DIGITS);
        Self { touch: TouchId { sensor, number }, hash }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.touch, self.hash)
    }
}

/// Why a text is no [`MessageId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the message id of a touch is the sensor's id, the touch's number and 16 hexadecimal digits, with dots between"
)]
pub struct NoMessageId;

impl FromStr for MessageId {
    type Err = NoMessageId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (touch, hash) = text.rsplit_once('.').ok_or(NoMessageId)?;
        if hash.len() != HASH_DIGITS || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NoMessageId);
        }
        let touch: TouchId = touch.parse().map_err(|_| NoMessageId)?;
        // Beyond what any sensor reaches: nothing may overflow when the next number is asked for.
        if touch.number == 0 || touch.number > i64::MAX.unsigned_abs() {
            return Err(NoMessageId);
        }
        Ok(Self { touch, hash: hash.to_owned() })
    }
}

/// The numbers that stand together without a gap, at most `most` in a run: `1 2 3, 7 8`. Each as first number and count.
#[must_use]
pub fn runs<T>(numbers: &BTreeMap<u64, T>, most: usize) -> Vec<(u64, usize)> {
    let mut out: Vec<(u64, usize)> = Vec::new();
    for number in numbers.keys() {
        match out.last_mut() {
            Some((first, count)) if *first + *count as u64 == *number && *count < most => *count += 1,
            _ => out.push((*number, 1)),
        }
    }
    out
}

/// At the sensor: notices that touches the stream took do not reach the centre and wait nowhere either, as when a stream
/// server lost its disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lost {
    stands: Option<(u64, Duration)>,
}

impl Lost {
    /// The centre said up to where it has all, and how many of this sensor's touches wait in the stream (`None`: it cannot
    /// say). `published` is up to where the stream has taken them, `now` any steady clock. Answers from which number on
    /// (exclusive) they must be published again.
    pub fn heard(&mut self, published: u64, kept: u64, waiting: Option<u64>, now: Duration) -> Option<u64> {
        if kept >= published || waiting != Some(0) {
            self.stands = None;
            return None;
        }
        match self.stands {
            Some((number, since)) if number == kept => {
                let lost = now.saturating_sub(since) >= LOST_AFTER;
                if lost {
                    self.stands = None;
                }
                lost.then_some(kept)
            }
            _ => {
                self.stands = Some((kept, now));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn sensor() -> SensorId {
        SensorId(Uuid::from_u128(0x5e15))
    }

    #[test]
    fn a_subject_reads_back_and_has_one_spelling() {
        let subject = Subject { facility: FacilityId(Uuid::from_u128(7)), sensor: sensor() };
        let text = subject.to_string();
        assert_eq!(text.parse(), Ok(subject));
        assert_eq!(text.split('.').count(), 3);
        for bad in
            [text.to_uppercase(), format!("{text}.x"), text.replace('-', ""), "touch.*.*".to_owned(), String::new()]
        {
            assert_eq!(bad.parse::<Subject>(), Err(NoSubject), "{bad}");
        }
    }

    #[test]
    fn a_message_id_tells_lines_of_one_number_apart() {
        let [one, other] = [b"one line".as_slice(), b"another"].map(|line| MessageId::of(sensor(), 5, line));
        assert_ne!(one.to_string(), other.to_string());
        assert_eq!(one.to_string().parse(), Ok(one.clone()));
        assert_eq!(one.touch.number, 5);
        for bad in
            ["", "x", &format!("{}.5", sensor()), &format!("{}.0.0123456789abcdef", sensor()), "5.5.0123456789abcdef"]
        {
            assert_eq!(bad.parse::<MessageId>(), Err(NoMessageId), "{bad}");
        }
        let most = format!("{}.{}.0123456789abcdef", sensor(), u64::MAX);
        assert_eq!(most.parse::<MessageId>(), Err(NoMessageId));
    }

    #[test]
    fn runs_end_at_gaps_and_at_their_size() {
        let numbers: BTreeMap<u64, ()> = [1, 2, 3, 7, 8, 10].map(|n| (n, ())).into();
        assert_eq!(runs(&numbers, 2), [(1, 2), (3, 1), (7, 2), (10, 1)]);
        assert_eq!(runs(&numbers, 9), [(1, 3), (7, 2), (10, 1)]);
        assert!(runs(&BTreeMap::<u64, ()>::new(), 9).is_empty());
    }

    #[test]
    fn only_what_waits_nowhere_and_does_not_move_is_lost() {
        let seconds = Duration::from_secs;
        let mut lost = Lost::default();
        assert_eq!(lost.heard(10, 4, Some(0), seconds(0)), None);
        assert_eq!(lost.heard(10, 4, Some(0), seconds(89)), None);
        assert_eq!(lost.heard(10, 4, Some(0), seconds(90)), Some(4));
        // It moved, it waits, or the centre cannot say: all begins anew.
        for other in [(10, 5, Some(0)), (10, 4, Some(3)), (10, 4, None), (10, 10, Some(0))] {
            let mut lost = Lost::default();
            assert_eq!(lost.heard(10, 4, Some(0), seconds(0)), None);
            assert_eq!(lost.heard(other.0, other.1, other.2, seconds(60)), None);
            assert_eq!(lost.heard(10, 4, Some(0), seconds(120)), None, "{other:?}");
        }
    }
}
