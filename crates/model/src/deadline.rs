//! Deadlines of the reports an incident asks for, as pure functions of the day somebody knew and of what was answered.
//!
//! **What is law and what is our assumption.** That the first report to the Personal Information Protection Commission is
//! due within about three to five days and the final one within 30 (60 where malice is suspected), counted from knowing,
//! stands in our reference data. How the days are counted does not: we take the general rule of the Civil Code, article
//! 140, by which the first day is not counted, and say so wherever a date is shown. Where the last day is a day on which
//! offices are closed, the date is never moved later; the working day before it is shown beside it.
//!
//! National holidays follow the law (国民の祝日に関する法律) as it stands since 2022; the two equinoxes are computed by the
//! usual approximation and become official only in the February before. Saturdays and 29 December to 3 January are days
//! on which public offices are closed (行政機関の休日に関する法律).

use crate::text::Text;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// The years for which [`holiday`] is right: before 2022 the Olympic years had dates of their own.
pub const KNOWN_YEARS: std::ops::RangeInclusive<i16> = 2022..=2099;

/// A holiday with a fixed date: month, day, Japanese and English name.
const FIXED: [(i8, i8, &str, &str); 10] = [
    (1, 1, "元日", "New Year's Day"),
    (2, 11, "建国記念の日", "National Foundation Day"),
    (2, 23, "天皇誕生日", "The Emperor's Birthday"),
    (4, 29, "昭和の日", "Showa Day"),
    (5, 3, "憲法記念日", "Constitution Day"),
    (5, 4, "みどりの日", "Greenery Day"),
    (5, 5, "こどもの日", "Children's Day"),
    (8, 11, "山の日", "Mountain Day"),
    (11, 3, "文化の日", "Culture Day"),
    (11, 23, "勤労感謝の日", "Labour Thanksgiving Day"),
];

/// A holiday on the n-th Monday of a month.
const MONDAYS: [(i8, i8, &str, &str); 4] = [
    (1, 2, "成人の日", "Coming-of-Age Day"),
    (7, 3, "海の日", "Marine Day"),
    (9, 3, "敬老の日", "Respect-for-the-Aged Day"),
    (10, 2, "スポーツの日", "Sports Day"),
];

/// The day of an equinox: the usual approximation for 1980 to 2099, in millionths of a day.
fn equinox(year: i16, base: i64) -> i8 {
    let years = i64::from(year) - 1980;
    let day = (base + 242_194 * years) / 1_000_000 - years / 4;
    i8::try_from(day).unwrap_or(21)
}

/// A holiday named by the law itself, without substitutes.
fn named(day: Date) -> Option<(&'static str, &'static str)> {
    let (year, month, date) = (day.year(), day.month(), day.day());
    if let Some((_, _, ja, en)) = FIXED.iter().find(|(m, d, _, _)| (*m, *d) == (month, date)) {
        return Some((ja, en));
    }
    if day.weekday() == Weekday::Monday
        && let Some((_, _, ja, en)) = MONDAYS.iter().find(|(m, nth, _, _)| *m == month && (date - 1) / 7 + 1 == *nth)
    {
        return Some((ja, en));
    }
    if month == 3 && date == equinox(year, 20_843_100) {
        return Some(("春分の日", "Vernal Equinox Day"));
    }
    if month == 9 && date == equinox(year, 23_248_800) {
        return Some(("秋分の日", "Autumnal Equinox Day"));
    }
    None
}

fn yesterday(day: Date) -> Date {
    day.saturating_sub(1.day())
}

fn tomorrow(day: Date) -> Date {
    day.saturating_add(1.day())
}

/// The national holiday on a day, if it is one.
#[must_use]
pub fn holiday(day: Date) -> Option<Text> {
    if let Some((ja, en)) = named(day) {
        return Some(Text::new(ja, en));
    }
    // A holiday on a Sunday moves to the next day that is none itself (article 3, paragraph 2).
    let mut before = yesterday(day);
    while named(before).is_some() {
        if before.weekday() == Weekday::Sunday {
            return Some(Text::new("振替休日", "Substitute holiday"));
        }
        before = yesterday(before);
    }
    // A day between two holidays is one (paragraph 3).
    let between = named(yesterday(day)).is_some() && named(tomorrow(day)).is_some() && day.weekday() != Weekday::Sunday;
    between.then(|| Text::new("国民の休日", "Citizens' holiday"))
}

/// Why public offices are closed on a day; `None` on a working day.
#[must_use]
pub fn closed(day: Date) -> Option<Text> {
    if let Some(name) = holiday(day) {
        return Some(name);
    }
    match day.weekday() {
        Weekday::Saturday => return Some(Text::new("土曜日", "Saturday")),
        Weekday::Sunday => return Some(Text::new("日曜日", "Sunday")),
        _ => {}
    }
    let turn = (day.month() == 12 && day.day() >= 29) || (day.month() == 1 && day.day() <= 3);
    turn.then(|| Text::new("年末年始の閉庁日", "offices closed over the New Year"))
}

/// The day itself if offices are open, else the last one before on which they are.
#[must_use]
pub fn working_day_before(day: Date) -> Date {
    let mut at = day;
    // The longest run of closed days is shorter than three weeks.
    for _ in 0..21 {
        if closed(at).is_none() {
            return at;
        }
        at = yesterday(at);
    }
    at
}

/// The last day of a period of so many days after a day that is itself not counted.
#[must_use]
pub fn days_after(start: Date, days: i32) -> Date {
    start.saturating_add(days.days())
}

/// A last day, with the working day before it when offices are closed on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDay {
    /// The date.
    pub date: Date,
    /// The date itself, or the working day before it.
    pub working_day: Date,
    /// Why offices are closed on the date.
    pub closed: Option<Text>,
}

impl LastDay {
    /// Of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { date, working_day: working_day_before(date), closed: closed(date) }
    }
}

/// What is known about one of the four kinds of event that must be reported to the commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspicion {
    /// It happened.
    Yes,
    /// It may have happened: counts as much as yes.
    Suspected,
    /// It did not.
    No,
    /// Nobody has said.
    #[default]
    Open,
}

impl Suspicion {
    /// The answers somebody can choose.
    pub const ALL: [Self; 4] = [Self::Yes, Self::Suspected, Self::No, Self::Open];

    /// The stable key of forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Suspected => "suspected",
            Self::No => "no",
            Self::Open => "open",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.key() == key)
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Yes => Text::new("ある", "yes"),
            Self::Suspected => Text::new("おそれがある", "suspected"),
            Self::No => Text::new("ない", "no"),
            Self::Open => Text::new("まだ分からない", "not known yet"),
        }
    }

    fn counts(self) -> bool {
        matches!(self, Self::Yes | Self::Suspected)
    }
}

/// The answers to the commission's four questions and to what exempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PpcAnswers {
    /// Sensitive data, such as a medical history; from one person on.
    pub sensitive: Suspicion,
    /// Financial loss by misuse; from one person on.
    pub financial: Suspicion,
    /// A malicious purpose, such as unauthorised access; from one person on.
    pub malicious: Suspicion,
    /// More than 1,000 people.
    pub many: Suspicion,
    /// All data concerned were protected (strong encryption) or pseudonymised.
    pub protected: bool,
}

/// Whether the commission must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// At least one of the four is there or suspected.
    Due,
    /// Some questions are open: the days are counted as if it were due.
    Undecided,
    /// All four were answered with no.
    NotDue,
    /// All data concerned were protected.
    Exempt,
}

/// Days for the first report, from and to ("about").
pub const PRELIMINARY_DAYS: (i32, i32) = (3, 5);
/// Days for the final report.
pub const FINAL_DAYS: i32 = 30;
/// Days for the final report where a malicious purpose is there or suspected.
pub const FINAL_DAYS_MALICIOUS: i32 = 60;

impl PpcAnswers {
    /// Whether the commission must be told.
    #[must_use]
    pub fn duty(&self) -> Duty {
        let all = [self.sensitive, self.financial, self.malicious, self.many];
        if self.protected {
            Duty::Exempt
        } else if all.into_iter().any(Suspicion::counts) {
            Duty::Due
        } else if all.into_iter().all(|known| known == Suspicion::No) {
            Duty::NotDue
        } else {
            Duty::Undecided
        }
    }

    /// Days for the final report. While nobody has said whether there was malice, the shorter time stands.
    #[must_use]
    pub fn final_days(&self) -> i32 {
        if self.malicious.counts() { FINAL_DAYS_MALICIOUS } else { FINAL_DAYS }
    }
}

/// The commission's two deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PpcDeadlines {
    /// The day somebody of the house knew.
    pub known: Date,
    /// Whether the commission must be told.
    pub duty: Duty,
    /// The first report: "about" from this day …
    pub preliminary_from: LastDay,
    /// … to this one.
    pub preliminary_to: LastDay,
    /// Days of the final report.
    pub final_days: i32,
    /// The final report.
    pub final_report: LastDay,
}

/// The commission's deadlines from the day of knowing and the answers.
#[must_use]
pub fn ppc(known: Date, answers: &PpcAnswers) -> PpcDeadlines {
    let last = |days| LastDay::of(days_after(known, days));
    PpcDeadlines {
        known,
        duty: answers.duty(),
        preliminary_from: last(PRELIMINARY_DAYS.0),
        preliminary_to: last(PRELIMINARY_DAYS.1),
        final_days: answers.final_days(),
        final_report: last(answers.final_days()),
    }
}

/// How a day stands to a last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "days")]
pub enum Left {
    /// So many days are left; 0: it is the last day.
    Left(i64),
    /// It was so many days ago.
    Over(i64),
}

/// Days from a day to a last day.
#[must_use]
pub fn left(today: Date, last: Date) -> Left {
    let days = i64::from(today.until(last).map(|span| span.get_days()).unwrap_or_default());
    if days < 0 { Left::Over(-days) } else { Left::Left(days) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn holidays(year: i16) -> Vec<(i8, i8)> {
        let mut day = date(year, 1, 1);
        let mut found = Vec::new();
        while day.year() == year {
            if holiday(day).is_some() {
                found.push((day.month(), day.day()));
            }
            day = tomorrow(day);
        }
        found
    }

    /// The official lists (Cabinet Office) of 2024 to 2026, and the years after by the law's rules.
    #[test]
    fn the_holidays_are_those_of_the_law() {
        assert_eq!(
            holidays(2024),
            [
                (1, 1),
                (1, 8),
                (2, 11),
                (2, 12),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 15),
                (8, 11),
                (8, 12),
                (9, 16),
                (9, 22),
                (9, 23),
                (10, 14),
                (11, 3),
                (11, 4),
                (11, 23),
            ]
        );
        assert_eq!(
            holidays(2025),
            [
                (1, 1),
                (1, 13),
                (2, 11),
                (2, 23),
                (2, 24),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 21),
                (8, 11),
                (9, 15),
                (9, 23),
                (10, 13),
                (11, 3),
                (11, 23),
                (11, 24),
            ]
        );
        assert_eq!(
            holidays(2026),
            [
                (1, 1),
                (1, 12),
                (2, 11),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 20),
                (8, 11),
                (9, 21),
                (9, 22),
                (9, 23),
                (10, 12),
                (11, 3),
                (11, 23),
            ]
        );
        assert_eq!(
            holidays(2027),
            [
                (1, 1),
                (1, 11),
                (2, 11),
                (2, 23),
                (3, 21),
                (3, 22),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (7, 19),
                (8, 11),
                (9, 20),
                (9, 23),
                (10, 11),
                (11, 3),
                (11, 23),
            ]
        );
        assert_eq!(
            holidays(2028),
            [
                (1, 1),
                (1, 10),
                (2, 11),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (7, 17),
                (8, 11),
                (9, 18),
                (9, 22),
                (10, 9),
                (11, 3),
                (11, 23),
            ]
        );
        assert_eq!(
            holidays(2029),
            [
                (1, 1),
                (1, 8),
                (2, 11),
                (2, 12),
                (2, 23),
                (3, 20),
                (4, 29),
                (4, 30),
                (5, 3),
                (5, 4),
                (5, 5),
                (7, 16),
                (8, 11),
                (9, 17),
                (9, 23),
                (9, 24),
                (10, 8),
                (11, 3),
                (11, 23),
            ]
        );
        assert_eq!(
            holidays(2030),
            [
                (1, 1),
                (1, 14),
                (2, 11),
                (2, 23),
                (3, 20),
                (4, 29),
                (5, 3),
                (5, 4),
                (5, 5),
                (5, 6),
                (7, 15),
                (8, 11),
                (8, 12),
                (9, 16),
                (9, 23),
                (10, 14),
                (11, 3),
                (11, 4),
                (11, 23),
            ]
        );
    }

    fn malicious() -> PpcAnswers {
        PpcAnswers { malicious: Suspicion::Suspected, ..PpcAnswers::default() }
    }

    #[test]
    fn the_first_day_is_not_counted() {
        let dues = ppc(date(2026, 6, 1), &malicious());
        assert_eq!(dues.preliminary_from.date, date(2026, 6, 4));
        assert_eq!(dues.preliminary_to.date, date(2026, 6, 6));
        assert_eq!(dues.final_report.date, date(2026, 7, 31));
        assert_eq!(ppc(date(2026, 6, 1), &PpcAnswers::default()).final_report.date, date(2026, 7, 1));
    }

    #[test]
    fn a_last_day_on_a_weekend_shows_the_friday_before_and_never_moves_later() {
        let last = ppc(date(2026, 6, 1), &malicious()).preliminary_to;
        assert_eq!((last.date, last.working_day), (date(2026, 6, 6), date(2026, 6, 5)));
        assert_eq!(last.closed.map(|why| why.en), Some("Saturday".to_owned()));
    }

    #[test]
    fn a_last_day_in_the_golden_week_shows_the_day_before_it() {
        // Suspicion on 30 April 2026: five days on is 5 May, after three holidays and a weekend.
        let last = ppc(date(2026, 4, 30), &malicious()).preliminary_to;
        assert_eq!((last.date, last.working_day), (date(2026, 5, 5), date(2026, 5, 1)));
    }

    #[test]
    fn over_month_ends_leap_days_and_the_turn_of_the_year() {
        assert_eq!(days_after(date(2028, 1, 30), 30), date(2028, 2, 29));
        assert_eq!(days_after(date(2027, 1, 30), 30), date(2027, 3, 1));
        assert_eq!(days_after(date(2028, 2, 29), 60), date(2028, 4, 29));
        let dues = ppc(date(2026, 12, 28), &PpcAnswers::default());
        assert_eq!(dues.preliminary_to.date, date(2027, 1, 2));
        assert_eq!(dues.preliminary_to.working_day, date(2026, 12, 28), "offices are closed from the 29th");
        assert_eq!(dues.final_report.date, date(2027, 1, 27));
    }

    #[test]
    fn whether_the_commission_must_be_told_follows_from_the_answers() {
        let no = PpcAnswers {
            sensitive: Suspicion::No,
            financial: Suspicion::No,
            malicious: Suspicion::No,
            many: Suspicion::No,
            protected: false,
        };
        assert_eq!(no.duty(), Duty::NotDue);
        assert_eq!(PpcAnswers { many: Suspicion::Open, ..no }.duty(), Duty::Undecided);
        assert_eq!(PpcAnswers { sensitive: Suspicion::Suspected, ..no }.duty(), Duty::Due);
        assert_eq!(PpcAnswers { sensitive: Suspicion::Yes, protected: true, ..no }.duty(), Duty::Exempt);
        assert_eq!(PpcAnswers { sensitive: Suspicion::Yes, ..no }.final_days(), 30);
        assert_eq!(PpcAnswers { malicious: Suspicion::Yes, ..no }.final_days(), 60);
    }

    #[test]
    fn days_left_turn_into_days_over() {
        assert_eq!(left(date(2026, 6, 1), date(2026, 6, 6)), Left::Left(5));
        assert_eq!(left(date(2026, 6, 6), date(2026, 6, 6)), Left::Left(0));
        assert_eq!(left(date(2027, 1, 1), date(2026, 12, 30)), Left::Over(2));
    }

    proptest! {
        #[test]
        fn the_working_day_is_open_and_not_later(days in 0..28_000_i32) {
            let day = days_after(date(*KNOWN_YEARS.start(), 1, 1), days);
            let work = working_day_before(day);
            prop_assert!(work <= day);
            prop_assert!(closed(work).is_none());
        }
    }
}
