//! Time: instants in microseconds, the Japanese fiscal year, dates as people write them.

use crate::text::Lang;
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Both databases keep microseconds; anything finer would not survive a round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ts(i64);

impl Ts {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// This instant plus a number of seconds (negative: earlier).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The calendar date in Japan (UTC+9, no summer time since 1951).
    #[must_use]
    pub fn date_in_japan(self) -> Date {
        self.timestamp().to_zoned(japan()).date()
    }

    /// Date and minute in Japan, as people write them: `2026年11月21日 19:05` / `21 November 2026, 19:05`.
    #[must_use]
    pub fn minute_in_japan(self, lang: Lang) -> String {
        let zoned = self.timestamp().to_zoned(japan());
        let clock = zoned.strftime("%H:%M");
        match lang {
            Lang::Ja => format!("{} {clock}", date_words(zoned.date(), lang)),
            Lang::En => format!("{}, {clock}", date_words(zoned.date(), lang)),
        }
    }
}

fn japan() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(9))
}

impl fmt::Display for Ts {
    /// RFC 3339 in UTC with six decimals, so that text order is time order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.timestamp())
    }
}

impl From<Ts> for String {
    fn from(ts: Ts) -> Self {
        ts.to_string()
    }
}

impl TryFrom<String> for Ts {
    type Error = jiff::Error;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse::<Timestamp>().map(|t| Self(t.as_microsecond()))
    }
}

/// A date as people write it: `2026年11月21日` / `21 November 2026`.
#[must_use]
pub fn date_words(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => date.strftime("%-d %B %Y").to_string(),
    }
}

/// Whether a day lies no more than a year before another, and not after it: what asks for something yearly counts so.
#[must_use]
pub fn within_a_year(day: Date, today: Date) -> bool {
    day <= today && day.checked_add(1.year()).is_ok_and(|end| today <= end)
}

/// A Japanese fiscal year: 1 April of that year to 31 March of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FiscalYear(pub i16);

impl FiscalYear {
    /// The fiscal year a date falls in.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// The year before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// `令和8年度（2026年度）` / `FY2026 (Reiwa 8)`. Years before Reiwa (2019) carry no era name.
    #[must_use]
    pub fn label(self, lang: Lang) -> String {
        let reiwa = self.0 - 2018;
        match (lang, reiwa >= 1) {
            (Lang::Ja, true) => format!("令和{reiwa}年度（{}年度）", self.0),
            (Lang::Ja, false) => format!("{}年度", self.0),
            (Lang::En, true) => format!("FY{} (Reiwa {reiwa})", self.0),
            (Lang::En, false) => format!("FY{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_ends_on_the_same_day_and_nothing_to_come_counts() {
        let day = |year, month, day| jiff::civil::date(year, month, day);
        assert!(within_a_year(day(2025, 11, 21), day(2026, 11, 21)));
        assert!(!within_a_year(day(2025, 11, 20), day(2026, 11, 21)));
        assert!(!within_a_year(day(2026, 11, 22), day(2026, 11, 21)));
        // 29 February: its year ends with February.
        assert!(within_a_year(day(2024, 2, 29), day(2025, 2, 28)));
        assert!(!within_a_year(day(2024, 2, 29), day(2025, 3, 1)));
    }

    #[test]
    fn the_fiscal_year_turns_on_the_first_of_april() {
        assert_eq!(FiscalYear::of(date(2026, 3, 31)), FiscalYear(2025));
        assert_eq!(FiscalYear::of(date(2026, 4, 1)), FiscalYear(2026));
        assert_eq!(FiscalYear(2026).label(Lang::Ja), "令和8年度（2026年度）");
    }

    #[test]
    fn instants_print_so_that_text_order_is_time_order() {
        let a = Ts::from_micros(1_000_000);
        let b = Ts::from_micros(1_500_000);
        assert_eq!(a.to_string(), "1970-01-01T00:00:01.000000Z");
        assert!(a.to_string() < b.to_string());
        assert_eq!(Ts::try_from(b.to_string()).ok(), Some(b));
    }

    #[test]
    fn an_evening_in_utc_is_the_next_day_in_japan() {
        let ts = Ts::try_from("2026-03-31T15:00:00Z".to_owned()).expect("valid");
        assert_eq!(ts.date_in_japan(), date(2026, 4, 1));
        assert_eq!(ts.minute_in_japan(Lang::Ja), "2026年4月1日 00:00");
    }
}
