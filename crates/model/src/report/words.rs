//! Figures in words.

use crate::catalogue::Span;
use crate::text::Lang;

/// Working hours: `2〜6時間`, `2–6 hours`. Whole working days above 16 hours stay hours: people plan in hours.
#[must_use]
pub fn hours(span: Span, lang: Lang) -> String {
    match (lang, span.min == span.max) {
        (Lang::Ja, true) => format!("{}時間", span.max),
        (Lang::Ja, false) => format!("{}〜{}時間", span.min, span.max),
        (Lang::En, true) if span.max == 1 => "1 hour".to_owned(),
        (Lang::En, true) => format!("{} hours", span.max),
        (Lang::En, false) => format!("{}–{} hours", span.min, span.max),
    }
}

/// A sum of yen: `無料`, `3万円まで`, `1万〜3万円`; `free`, `up to ¥30,000`, `¥10,000–30,000`.
#[must_use]
pub fn yen(span: Span, lang: Lang) -> String {
    match (lang, span.min, span.max) {
        (Lang::Ja, _, 0) => "無料".to_owned(),
        (Lang::En, _, 0) => "free".to_owned(),
        (Lang::Ja, 0, max) => format!("{}円まで", man(max)),
        (Lang::En, 0, max) => format!("up to ¥{}", grouped(max)),
        (Lang::Ja, min, max) if min == max => format!("{}円", man(max)),
        (Lang::En, min, max) if min == max => format!("¥{}", grouped(max)),
        (Lang::Ja, min, max) => format!("{}〜{}円", man(min), man(max)),
        (Lang::En, min, max) => format!("¥{}–{}", grouped(min), grouped(max)),
    }
}

/// `3万`, `2万5,000`, `5,000`.
fn man(value: u32) -> String {
    match (value / 10_000, value % 10_000) {
        (0, rest) => grouped(rest),
        (man, 0) => format!("{}万", grouped(man)),
        (man, rest) => format!("{}万{}", grouped(man), grouped(rest)),
    }
}

fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_read_as_people_say_them() {
        let span = |min, max| Span { min, max };
        assert_eq!(yen(span(0, 0), Lang::Ja), "無料");
        assert_eq!(yen(span(0, 30_000), Lang::Ja), "3万円まで");
        assert_eq!(yen(span(10_000, 25_000), Lang::Ja), "1万〜2万5,000円");
        assert_eq!(yen(span(0, 1_200_000), Lang::En), "up to ¥1,200,000");
        assert_eq!(hours(span(1, 1), Lang::En), "1 hour");
        assert_eq!(hours(span(2, 6), Lang::Ja), "2〜6時間");
    }
}
