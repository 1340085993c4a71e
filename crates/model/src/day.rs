//! Dates as people in Japanese hospitals type them: `2026-11-21`, `2026/11/21`, `2026年11月21日`, `令和8年11月21日`,
//! `R8.11.21`, `令和元年5月1日`, `20261121`, with full-width digits or ideographic era marks (`㋿`).
//!
//! The eras are the five in use since 1873; a date outside its era (昭和64年1月8日) is none. Crates with the Japanese
//! calendar (ICU4X) convert dates but do not read what people type, and weigh more than these five rows.

use crate::text::{Lang, folded};
use jiff::civil::Date;

/// An era: its names as typed after folding, its first day and the year that is its year one.
struct Era {
    names: [&'static str; 3],
    from: (i16, i8, i8),
}

/// Newest first.
const ERAS: [Era; 5] = [
    Era { names: ["令和", "r", "令"], from: (2019, 5, 1) },
    Era { names: ["平成", "h", "平"], from: (1989, 1, 8) },
    Era { names: ["昭和", "s", "昭"], from: (1926, 12, 25) },
    Era { names: ["大正", "t", "大"], from: (1912, 7, 30) },
    Era { names: ["明治", "m", "明"], from: (1873, 1, 1) },
];

/// The year before an era's year one.
fn zero(era: usize) -> i16 {
    // Meiji began in 1868; the calendar that its dates are read in began in 1873.
    if era == 4 { 1867 } else { ERAS[era].from.0 - 1 }
}

fn first_day(era: usize) -> Option<Date> {
    let (year, month, day) = ERAS[era].from;
    Date::new(year, month, day).ok()
}

/// Reads a date, or `None` where it is not one of the known ways or no day of the calendar.
#[must_use]
pub fn parse(typed: &str) -> Option<Date> {
    let text = folded(typed);
    // A weekday or a time of day behind the date says nothing about the day.
    let text = text.split_once('(').map_or(text.as_str(), |(date, _)| date);
    let text = text.find('t').filter(|at| *at > 0).map_or(text, |at| &text[..at]);
    let text: String = match text.split_once(' ') {
        Some((date, time)) if time.contains(':') => date.to_owned(),
        _ => text.replace(' ', ""),
    };
    for (at, era) in ERAS.iter().enumerate() {
        if let Some(rest) = era.names.iter().find_map(|name| text.strip_prefix(name)) {
            let (year, month, day) = parts(&rest.replacen('元', "1", 1))?;
            let date = Date::new(year.checked_add(zero(at))?, month, day).ok()?;
            let ended = at.checked_sub(1).and_then(first_day).is_some_and(|next| date >= next);
            return (year >= 1 && first_day(at).is_some_and(|first| date >= first) && !ended).then_some(date);
        }
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok();
    }
    let (year, month, day) = parts(&text)?;
    (year >= 1868).then(|| Date::new(year, month, day).ok()).flatten()
}

/// Three numbers with something between them.
fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月', '・']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || ![year, month, day].into_iter().all(is_number) {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// The era year of a date from 1873 on, as the ministry's forms want it: (`令和`, 8).
#[must_use]
pub fn era_year(date: Date) -> Option<(&'static str, i16)> {
    (0..ERAS.len())
        .find(|at| first_day(*at).is_some_and(|first| date >= first))
        .map(|at| (ERAS[at].names[0], date.year() - zero(at)))
}

/// A date with its era where that is how people write: `令和8年11月21日` / `21 November 2026`.
#[must_use]
pub fn with_era(date: Date, lang: Lang) -> String {
    match (lang, era_year(date)) {
        (Lang::Ja, Some((era, year))) => {
            let year = if year == 1 { "元".to_owned() } else { year.to_string() };
            format!("{era}{year}年{}月{}日", date.month(), date.day())
        }
        _ => crate::time::date_words(date, lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_way_to_type_a_date_is_understood() {
        let day = date(2026, 11, 21);
        for typed in [
            "2026-11-21",
            "2026/11/21",
            "2026.11.21",
            "2026年11月21日",
            "２０２６年１１月２１日",
            "20261121",
            "令和8年11月21日",
            "令和８年１１月２１日",
            "R8.11.21",
            "Ｒ８．１１．２１",
            "r8/11/21",
            "㋿8年11月21日",
            "2026年11月21日(土)",
            "2026-11-21 09:30",
            "2026-11-21T09:30:00Z",
            " 令和 8年 11月 21日 ",
            "令8.11.21",
        ] {
            assert_eq!(parse(typed), Some(day), "{typed}");
        }
        assert_eq!(parse("令和元年5月1日"), Some(date(2019, 5, 1)));
        assert_eq!(parse("H31.4.30"), Some(date(2019, 4, 30)));
        assert_eq!(parse("昭和64年1月7日"), Some(date(1989, 1, 7)));
        assert_eq!(parse("明治6年1月1日"), Some(date(1873, 1, 1)));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for typed in [
            "",
            "21",
            "2026-13-01",
            "2026-02-29",
            "令和8年",
            "平成31年5月1日",
            "昭和64年1月8日",
            "令和0年5月1日",
            "11/21",
            "=2026-11-21",
            "未定",
            "R8.11.21.1",
            "99999-1-1",
        ] {
            assert_eq!(parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn era_years_are_those_of_the_forms() {
        assert_eq!(with_era(date(2026, 11, 21), Lang::Ja), "令和8年11月21日");
        assert_eq!(with_era(date(2019, 5, 1), Lang::Ja), "令和元年5月1日");
        assert_eq!(era_year(date(2019, 4, 30)), Some(("平成", 31)));
        assert_eq!(with_era(date(2026, 11, 21), Lang::En), "21 November 2026");
    }

    proptest! {
        #[test]
        fn what_is_written_with_its_era_is_read_back(days in 0..60_000_i32) {
            let day = date(1873, 1, 1).checked_add(jiff::Span::new().days(days)).expect("in range");
            prop_assert_eq!(parse(&with_era(day, Lang::Ja)), Some(day));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            let _ = parse(&text);
        }
    }
}
