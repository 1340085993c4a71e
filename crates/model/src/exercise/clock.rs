//! The clock of a drill: it can run faster than the one on the wall, be held, and jump.
//!
//! Only entries of the conductor's side move it, by the time their server wrote into them; what time a phone thinks it is
//! does not matter.

use crate::time::Ts;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The longest drill: a day.
const MOST_SECONDS: i64 = 24 * 60 * 60;

/// The fastest a clock runs: two minutes in a second.
pub const FASTEST: u32 = 120;

/// A minute of the drill, kept in whole seconds; files may write `1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minute(i64);

impl Minute {
    /// The beginning.
    pub const ZERO: Self = Self(0);

    /// A whole number of minutes.
    #[must_use]
    pub const fn whole(minutes: i64) -> Self {
        Self(minutes * 60)
    }

    /// From seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// In microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0.saturating_mul(1_000_000)
    }

    /// This many minutes later.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Minute {
    /// `12:30`, in minutes and seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}:{:02}", self.0.abs() / 60, self.0.abs() % 60)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 60 == 0 {
            return serializer.serialize_i64(self.0 / 60);
        }
        #[expect(clippy::cast_precision_loss, reason = "a day has 86400 seconds")]
        serializer.serialize_f64(self.0 as f64 / 60.0)
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Minute;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of minutes from 0 to 1440")
            }
            fn visit_i64<E: serde::de::Error>(self, minutes: i64) -> Result<Minute, E> {
                let seconds = minutes.checked_mul(60).filter(|seconds| (0..=MOST_SECONDS).contains(seconds));
                seconds
                    .map(Minute)
                    .ok_or_else(|| E::custom(format!("{minutes} is no number of minutes from 0 to 1440")))
            }
            fn visit_u64<E: serde::de::Error>(self, minutes: u64) -> Result<Minute, E> {
                self.visit_i64(i64::try_from(minutes).unwrap_or(i64::MAX))
            }
            fn visit_f64<E: serde::de::Error>(self, minutes: f64) -> Result<Minute, E> {
                if !(0.0..=1440.0).contains(&minutes) {
                    return Err(E::custom(format!("{minutes} is no number of minutes from 0 to 1440")));
                }
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 86400")]
                Ok(Minute((minutes * 60.0).round() as i64))
            }
        }
        deserializer.deserialize_any(Number).map_err(D::Error::custom)
    }
}

/// How far a drill has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// People come in; the clock stands at the beginning.
    #[default]
    Waiting,
    /// The clock runs.
    Running,
    /// The conductor holds the clock.
    Held,
    /// The drill is over; the hot wash is open.
    Ended,
}

/// When something happened, in every reckoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// On the wall, as the server wrote it.
    pub at: Ts,
    /// On the drill's clock, in microseconds.
    pub position: i64,
    /// Microseconds the drill's clock had run until then, jumps and holds not counted: what response times are the
    /// difference of.
    pub elapsed: i64,
}

impl Moment {
    /// The drill's clock in whole seconds.
    #[must_use]
    pub fn minute(&self) -> Minute {
        Minute::from_seconds(self.position.div_euclid(1_000_000))
    }

    /// Whole seconds of the drill from `earlier` to this; never negative.
    #[must_use]
    pub fn seconds_since(&self, earlier: &Self) -> i64 {
        (self.elapsed - earlier.elapsed).max(0) / 1_000_000
    }
}

/// The clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// How far the drill has come.
    pub stage: Stage,
    /// How many drill seconds pass in a second.
    pub speed: u32,
    position: i64,
    elapsed: i64,
    /// When the two above were right.
    since: Option<Ts>,
}

impl Clock {
    /// Microseconds of drill time since the clock was last moved.
    fn run(&self, now: Ts) -> i64 {
        match (self.stage, self.since) {
            (Stage::Running, Some(since)) => {
                now.micros().saturating_sub(since.micros()).max(0).saturating_mul(i64::from(self.speed.max(1)))
            }
            _ => 0,
        }
    }

    /// This moment on the drill's clock.
    #[must_use]
    pub fn moment(&self, now: Ts) -> Moment {
        let run = self.run(now);
        Moment { at: now, position: self.position.saturating_add(run), elapsed: self.elapsed.saturating_add(run) }
    }

    /// The minute shown.
    #[must_use]
    pub fn minute(&self, now: Ts) -> Minute {
        self.moment(now).minute()
    }

    /// When the clock will show a minute, if it runs and has not shown it yet.
    #[must_use]
    pub fn when(&self, minute: Minute) -> Option<Ts> {
        let (Stage::Running, Some(since)) = (self.stage, self.since) else { return None };
        let ahead = minute.micros().saturating_sub(self.position);
        let speed = i64::from(self.speed.max(1));
        // Rounded up, so that at the answer the minute has really come.
        let wait = ahead.max(0).saturating_add(speed - 1) / speed;
        Some(Ts::from_micros(since.micros().saturating_add(wait)))
    }

    fn settle(&mut self, now: Ts) {
        let moment = self.moment(now);
        self.position = moment.position;
        self.elapsed = moment.elapsed;
        self.since = Some(now);
    }

    pub(super) fn start(&mut self, now: Ts, speed: u32) {
        if self.stage == Stage::Waiting {
            *self = Self { stage: Stage::Running, speed: speed.clamp(1, FASTEST), since: Some(now), ..Self::default() };
        }
    }

    pub(super) fn hold(&mut self, now: Ts) {
        if self.stage == Stage::Running {
            self.settle(now);
            self.stage = Stage::Held;
        }
    }

    /// Lets a held clock run on; a running one may change its speed.
    pub(super) fn resume(&mut self, now: Ts, speed: Option<u32>) {
        if matches!(self.stage, Stage::Held | Stage::Running) {
            self.settle(now);
            self.stage = Stage::Running;
            self.speed = speed.unwrap_or(self.speed).clamp(1, FASTEST);
        }
    }

    /// Sets the position; answers with the one it had, in microseconds, if it moved.
    pub(super) fn jump(&mut self, now: Ts, minute: Minute) -> Option<i64> {
        if !matches!(self.stage, Stage::Held | Stage::Running) {
            return None;
        }
        self.settle(now);
        let from = self.position;
        self.position = minute.micros().clamp(0, MOST_SECONDS * 1_000_000);
        Some(from)
    }

    pub(super) fn end(&mut self, now: Ts) {
        if self.stage != Stage::Waiting {
            self.settle(now);
        }
        self.stage = Stage::Ended;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Ts {
        Ts::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_minute_may_be_written_with_a_fraction() {
        assert_eq!(serde_json::from_str::<Minute>("1.5").ok(), Some(Minute::from_seconds(90)));
        assert_eq!(serde_json::from_str::<Minute>("3").ok(), Some(Minute::whole(3)));
        assert_eq!(serde_json::to_string(&Minute::whole(3)).ok().as_deref(), Some("3"));
        assert_eq!(serde_json::to_string(&Minute::from_seconds(90)).ok().as_deref(), Some("1.5"));
        for bad in ["-1", "1441", "1e300", "9223372036854775807", "\"3\"", "null"] {
            assert!(serde_json::from_str::<Minute>(bad).is_err(), "{bad}");
        }
        assert_eq!(Minute::from_seconds(750).to_string(), "12:30");
    }

    #[test]
    fn twenty_times_as_fast_shows_a_minute_after_three_seconds() {
        let mut clock = Clock::default();
        clock.start(second(100), 20);
        assert_eq!(clock.minute(second(103)), Minute::whole(1));
        assert_eq!(clock.when(Minute::whole(1)), Some(second(103)));
    }

    #[test]
    fn a_held_clock_stands_and_a_jump_is_no_response_time() {
        let mut clock = Clock::default();
        clock.start(second(0), 1);
        let fired = clock.moment(second(60));
        clock.hold(second(90));
        assert_eq!(clock.minute(second(9999)), Minute::from_seconds(90));
        assert_eq!(clock.when(Minute::whole(2)), None);
        clock.resume(second(1000), None);
        assert_eq!(clock.jump(second(1010), Minute::whole(30)), Some(100_000_000));
        let reported = clock.moment(second(1020));
        assert_eq!(reported.minute(), Minute::from_seconds(30 * 60 + 10));
        assert_eq!(reported.seconds_since(&fired), 30 + 10 + 10);
    }

    #[test]
    fn a_wall_clock_set_back_never_turns_the_drill_back() {
        let mut clock = Clock::default();
        clock.start(second(1000), 1);
        assert_eq!(clock.minute(second(10)), Minute::ZERO);
        clock.hold(second(1060));
        clock.resume(second(5), None);
        assert_eq!(clock.minute(second(65)), Minute::whole(2));
    }
}
