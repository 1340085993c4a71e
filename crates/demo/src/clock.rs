//! Believable moments: office hours, never backwards, never in the future.

use hakutaku_model::time::{FiscalYear, Ts};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// Japan is nine hours ahead of UTC, all year.
const JAPAN: i64 = 9 * 60 * MINUTE;
/// This year's work began at most this long ago: what a newcomer sees is recent.
const THIS_YEAR_DAYS: i64 = 75;
/// This year's work is told in this many parts.
pub(crate) const PARTS: i64 = 100;

/// The time of the story. Every chain of the log must run forwards, so it is asked in the order of events.
#[derive(Debug)]
pub(crate) struct Clock {
    end: Ts,
    this_year_from: Ts,
    told: Ts,
    pub(crate) last: FiscalYear,
    pub(crate) this: FiscalYear,
}

impl Clock {
    pub(crate) fn new(now: Ts) -> Self {
        let this = FiscalYear::of(now.date_in_japan());
        let end = now.plus_seconds(-10 * MINUTE);
        let spring = japan(date(this.0, 4, 1), 9, 0);
        let recent = now.plus_seconds(-THIS_YEAR_DAYS * DAY);
        // In the first days of April there is hardly any "this year" yet; then it is told as a few minutes of work.
        let this_year_from = spring.max(recent).min(end);
        Self { end, this_year_from, told: Ts::from_micros(i64::MIN), last: this.previous(), this }
    }

    /// A day of last fiscal year's spring to winter (month 4 to 12), at an hour of the day.
    pub(crate) fn last_year(&mut self, month: i8, day: i8, hour: i64, minute: i64) -> Ts {
        self.go(japan(workday(date(self.last.0, month, day)), hour, minute))
    }

    /// A part (0 to [`PARTS`]) of the way from this year's beginning to now, in office hours.
    pub(crate) fn this_year(&mut self, part: i64) -> Ts {
        let span = (self.end.micros() - self.this_year_from.micros()) / 1_000_000;
        let raw = self.this_year_from.plus_seconds(span * part / PARTS);
        let minute = part * 37 % 480;
        self.go(japan(workday(raw.date_in_japan()), 9 + minute / 60, minute % 60).max(self.this_year_from))
    }

    /// Some minutes after the last moment.
    pub(crate) fn later(&mut self, minutes: i64) -> Ts {
        self.go(self.told.plus_seconds(minutes * MINUTE))
    }

    /// The day on which the story ends: what a newcomer takes for today.
    pub(crate) fn last_day(&self) -> Date {
        self.end.date_in_japan()
    }

    /// The date of the last moment.
    pub(crate) fn today(&self) -> Date {
        self.told.date_in_japan()
    }

    fn go(&mut self, wanted: Ts) -> Ts {
        let after = self.told.plus_seconds(MINUTE);
        self.told = wanted.max(after).min(self.end).max(self.told);
        self.told
    }
}

fn japan(day: Date, hour: i64, minute: i64) -> Ts {
    let since_epoch = day.duration_since(date(1970, 1, 1)).as_secs();
    Ts::from_micros(0).plus_seconds(since_epoch + (hour * 60 + minute) * MINUTE - JAPAN)
}

/// The day itself, or the nearest day of the working week.
fn workday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_sub(1.day()),
        Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_runs_forwards_and_ends_before_now_on_any_day_of_the_year() {
        for now in ["2026-11-21T01:00:00Z", "2026-03-31T14:59:00Z", "2026-03-31T15:00:01Z", "2028-02-29T03:00:00Z"] {
            let now = Ts::try_from(now.to_owned()).expect("valid");
            let mut clock = Clock::new(now);
            let mut moments = vec![clock.last_year(5, 12, 9, 0), clock.last_year(7, 1, 9, 0), clock.later(3)];
            moments.extend((0..=PARTS).map(|part| clock.this_year(part)));
            moments.push(clock.later(600));
            assert!(moments.is_sorted(), "{now}");
            assert!(moments.last().is_some_and(|last| *last < now), "{now}");
        }
    }

    #[test]
    fn people_work_on_weekdays_in_office_hours() {
        let mut clock = Clock::new(Ts::try_from("2026-11-21T01:00:00Z".to_owned()).expect("valid"));
        for part in 0..PARTS {
            let moment = clock.this_year(part);
            let day = moment.date_in_japan();
            assert!(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday), "{moment}");
            assert!(moment >= japan(day, 9, 0) && moment < japan(day, 18, 0), "{moment}");
        }
    }
}
