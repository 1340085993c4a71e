//! How long a centre keeps touches, and which months may go.
//!
//! Touches go by whole months of their arrival (UTC), so that a database lets a month go at once. How long is our own choice:
//! no source in our data gives a term for records of decoys. Two years let a person compare with the same month of the year
//! before, and outlast the search for how an intruder came in.

use crate::time::Ts;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A clock further ahead of what was last known is not believed.
const LEAP_DAYS: i64 = 366;

/// How many full months touches are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub struct Keep(u16);

/// Why a number is no [`Keep`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("touches are kept for {least} to {most} months", least = Keep::LEAST, most = Keep::MOST)]
pub struct NoKeep;

impl Keep {
    /// Fewest months: shorter than a quarter, a slow intruder's first steps are gone when he is noticed.
    pub const LEAST: u16 = 3;
    /// Most months: ten years.
    pub const MOST: u16 = 120;

    /// How many months.
    #[must_use]
    pub fn months(self) -> u16 {
        self.0
    }
}

impl Default for Keep {
    fn default() -> Self {
        Self(24)
    }
}

impl TryFrom<u16> for Keep {
    type Error = NoKeep;
    fn try_from(months: u16) -> Result<Self, NoKeep> {
        if (Self::LEAST..=Self::MOST).contains(&months) { Ok(Self(months)) } else { Err(NoKeep) }
    }
}

impl From<Keep> for u16 {
    fn from(keep: Keep) -> Self {
        keep.0
    }
}

/// A month of arrival (UTC). Written `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month a moment lies in.
    #[must_use]
    pub fn of(at: Ts) -> Self {
        let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
        let date = moment.to_zoned(TimeZone::UTC).date();
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// A month by its numbers; `None` when there is no such month.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(|_| Self(i32::from(year) * 12 + i32::from(month) - 1))
    }

    /// The months before or after.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// Year and month.
    #[must_use]
    pub fn numbers(self) -> (i32, i32) {
        (self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }

    /// Its first moment; the end of the month before.
    #[must_use]
    pub fn begin(self) -> Ts {
        let (year, month) = self.numbers();
        let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).and_then(|(y, m)| Date::new(y, m, 1).ok());
        let zoned = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
        // Beyond the calendar lies nothing that was ever kept.
        Ts::from_micros(zoned.map_or(i64::MIN, |zoned| zoned.timestamp().as_microsecond()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.numbers();
        write!(f, "{year:04}-{month:02}")
    }
}

/// The first month that stays; all before it may go. The running month does not count: with 24 months to keep, on any day of
/// November 2026 the touches of November 2024 are still there, those of October 2024 are not.
#[must_use]
pub fn first_kept(now: Ts, keep: Keep) -> Month {
    Month::of(now).plus(-i32::from(keep.0))
}

/// Whether a clock can be believed that would let touches go, when something was last known to happen at a moment. A machine
/// that starts with its clock in another decade must not clear the house.
#[must_use]
pub fn is_believable(now: Ts, last_known: Option<Ts>) -> bool {
    last_known.is_none_or(|known| now <= known.plus_seconds(LEAP_DAYS * 24 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Ts {
        Ts::from_micros(text.parse::<jiff::Timestamp>().expect("a moment").as_microsecond())
    }

    fn month(text: &str) -> Month {
        let (year, month) = text.split_once('-').expect("two numbers");
        Month::new(year.parse().expect("a year"), month.parse().expect("a month")).expect("a month")
    }

    #[test]
    fn full_months_are_kept_beside_the_running_one() {
        let keep = Keep::default();
        assert_eq!(first_kept(at("2026-11-01T00:00:00Z"), keep), month("2024-11"));
        assert_eq!(first_kept(at("2026-11-30T23:59:59Z"), keep), month("2024-11"));
        assert_eq!(first_kept(at("2026-12-01T00:00:00Z"), keep), month("2024-12"));
    }

    #[test]
    fn the_turn_of_the_year_is_a_month_like_others() {
        let keep = Keep::try_from(3).expect("allowed");
        assert_eq!(first_kept(at("2027-01-01T00:00:00Z"), keep), month("2026-10"));
        assert_eq!(first_kept(at("2027-03-31T12:00:00Z"), keep), month("2026-12"));
        assert_eq!(month("2026-12").plus(1), month("2027-01"));
        assert_eq!(month("2027-01").to_string(), "2027-01");
        assert_eq!(month("2027-01").begin(), at("2027-01-01T00:00:00Z"));
    }

    #[test]
    fn a_leap_day_is_kept_with_its_month() {
        let first = first_kept(at("2028-05-31T00:00:00Z"), Keep::try_from(3).expect("allowed"));
        assert_eq!(first, month("2028-02"));
        assert!(at("2028-02-29T23:59:59Z") >= first.begin());
    }

    #[test]
    fn too_short_and_too_long_are_refused() {
        assert_eq!(Keep::try_from(2), Err(NoKeep));
        assert_eq!(Keep::try_from(121), Err(NoKeep));
        assert!(serde_json::from_str::<Keep>("0").is_err());
        assert_eq!(serde_json::to_string(&Keep::default()).expect("writes"), "24");
    }

    #[test]
    fn a_clock_of_another_decade_lets_nothing_go() {
        let known = Some(at("2026-11-21T00:00:00Z"));
        assert!(is_believable(at("2026-11-22T00:00:00Z"), known));
        assert!(is_believable(at("2020-01-01T00:00:00Z"), known), "a clock behind lets nothing go by itself");
        assert!(!is_believable(at("2036-01-01T00:00:00Z"), known));
        assert!(is_believable(at("2036-01-01T00:00:00Z"), None), "nothing is known, nothing is there");
    }

    proptest! {
        #[test]
        fn what_goes_is_older_than_promised_and_what_stays_is_less_than_a_month_more(
            now in 0_i64..4_000_000_000_000_000, arrived in 0_i64..4_000_000_000_000_000, months in Keep::LEAST..=Keep::MOST,
        ) {
            let (now, arrived) = (Ts::from_micros(now), Ts::from_micros(arrived));
            let first = first_kept(now, Keep::try_from(months).expect("allowed"));
            let goes = arrived < first.begin();
            prop_assert_eq!(goes, Month::of(arrived) < first, "by whole months");
            let age = |then: Ts| Month::of(now).0 - Month::of(then).0;
            prop_assert_eq!(goes, age(arrived) > i32::from(months));
        }

        #[test]
        fn a_month_begins_where_the_one_before_ends(at in 0_i64..4_000_000_000_000_000) {
            let month = Month::of(Ts::from_micros(at));
            prop_assert!(month.begin().micros() <= at && at < month.plus(1).begin().micros());
        }
    }
}
