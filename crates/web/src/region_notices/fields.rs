//! Fields that several forms about notices share: indicators and products, one after the other; moments.

use crate::shell::form::{Form, ascii_digits};
use crate::shell::words::Key;
use hakutaku_model::region::notice::matching::Versions;
use hakutaku_model::region::notice::{Criterion, Indicator, IndicatorKind};
use hakutaku_model::text::folded;
use hakutaku_model::time::Ts;
use jiff::civil::{Date, Time};
use std::net::IpAddr;

/// Most indicators of a notice.
pub(crate) const INDICATORS: usize = 500;
/// Most products.
pub(crate) const PRODUCTS: usize = 20;
/// The longest indicator.
const LONGEST: usize = 300;
/// The longest cell of a product.
const CELL: usize = 100;
/// Empty rows offered for products.
const BLANK: usize = 2;

/// One product, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProductRow {
    /// 1, 2, 3 …
    pub(crate) number: usize,
    pub(crate) maker: String,
    pub(crate) product: String,
    pub(crate) from: String,
    pub(crate) before: String,
    pub(crate) up_to: String,
    pub(crate) exactly: String,
}

/// The names of the cells, in their order.
const CELLS: [&str; 6] = ["maker", "product", "from", "before", "up_to", "exactly"];

/// The rows of a form with some empty ones.
pub(crate) fn product_rows(form: &Form) -> Vec<ProductRow> {
    let cell = |name: &str, at: usize| form.values(name).get(at).map(|text| text.trim().to_owned()).unwrap_or_default();
    let typed = CELLS.iter().map(|name| form.values(name).len()).max().unwrap_or(0).min(PRODUCTS);
    let mut rows: Vec<ProductRow> = (0..typed)
        .map(|at| ProductRow {
            number: 0,
            maker: cell("maker", at),
            product: cell("product", at),
            from: cell("from", at),
            before: cell("before", at),
            up_to: cell("up_to", at),
            exactly: cell("exactly", at),
        })
        .filter(|row| *row != ProductRow::default())
        .collect();
    let blank = BLANK.min(PRODUCTS - rows.len());
    rows.extend(std::iter::repeat_n(ProductRow::default(), blank));
    for (at, row) in rows.iter_mut().enumerate() {
        row.number = at + 1;
    }
    rows
}

/// Puts products into a form.
pub(crate) fn fill_products(form: &mut Form, products: &[Criterion]) {
    for one in products {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let versions = &one.versions;
        form.tick("maker", &one.maker);
        form.tick("product", &one.product);
        form.tick("from", &text(&versions.from));
        form.tick("before", &text(&versions.before));
        form.tick("up_to", &text(&versions.up_to));
        form.tick("exactly", &versions.exactly.join(" "));
    }
}

/// Reads products; faults go to the first cell.
pub(crate) fn read_products(form: &mut Form) -> Vec<Criterion> {
    let rows: Vec<ProductRow> = product_rows(form)
        .into_iter()
        .filter(|row| *row != ProductRow { number: row.number, ..ProductRow::default() })
        .collect();
    let mut out = Vec::new();
    for row in rows {
        let cells = [&row.maker, &row.product, &row.from, &row.before, &row.up_to, &row.exactly];
        if cells.iter().any(|cell| cell.chars().count() > CELL || cell.chars().any(char::is_control)) {
            form.fault("maker", Key("form-too-long"));
        }
        if row.maker.is_empty() && row.product.is_empty() {
            form.fault("maker", Key("notices-wrong-product"));
        }
        let has_digit = |text: &str| text.is_empty() || ascii_digits(text).chars().any(|c| c.is_ascii_digit());
        if cells.iter().skip(2).any(|cell| !has_digit(cell)) {
            form.fault("maker", Key("notices-wrong-version"));
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        out.push(Criterion {
            maker: row.maker.clone(),
            product: row.product.clone(),
            versions: Versions {
                from: some(&row.from),
                before: some(&row.before),
                up_to: some(&row.up_to),
                exactly: row.exactly.split_whitespace().map(str::to_owned).collect(),
            },
        });
    }
    out
}

/// What something to look for is, by its shape.
fn indicator_kind(value: &str) -> IndicatorKind {
    let plain = folded(value);
    // Written so that nobody clicks on it by mistake.
    let plain = plain.replace("[.]", ".").replace("hxxp", "http");
    let hash = [32, 40, 64].contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    let address = plain.parse::<IpAddr>().is_ok() || plain.parse::<hakutaku_model::region::net::Prefix>().is_ok();
    if plain.starts_with("cve-") {
        IndicatorKind::Weakness
    } else if plain.contains("://") {
        IndicatorKind::Url
    } else if plain.contains('@') {
        IndicatorKind::Sender
    } else if hash {
        IndicatorKind::FileHash
    } else if address {
        IndicatorKind::Address
    } else {
        IndicatorKind::Domain
    }
}

/// Reads indicators, one a line; what each is shows its shape.
pub(crate) fn read_indicators(form: &mut Form) -> Vec<Indicator> {
    let values = lines(form, "indicators", INDICATORS);
    if values.iter().any(|value| value.chars().count() > LONGEST || value.contains(char::is_whitespace)) {
        form.fault("indicators", Key("notices-wrong-indicator"));
    }
    let mut out: Vec<Indicator> = Vec::new();
    for value in values {
        let one = Indicator { kind: indicator_kind(&value), value };
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

/// Lines of a field that are not blank, at most so many.
pub(crate) fn lines(form: &mut Form, name: &'static str, most: usize) -> Vec<String> {
    let text = form.value(name).to_owned();
    let lines: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if lines.len() > most {
        form.fault(name, Key("notices-too-many-lines"));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        form.fault(name, Key("form-control-characters"));
    }
    lines
}

/// A day and time of the clock in Japan.
pub(crate) fn moment(day: Date, time: Time) -> Ts {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let micros = day.to_datetime(time).to_zoned(zone).map_or(0, |zoned| zoned.timestamp().as_microsecond());
    Ts::from_micros(micros)
}

/// The time of the clock in Japan, as it stands in a field: `17:00`.
pub(crate) fn clock(at: Ts) -> String {
    let seconds = at.micros().div_euclid(1_000_000).saturating_add(9 * 3600).rem_euclid(86_400);
    format!("{:02}:{:02}", seconds / 3600, seconds % 3600 / 60)
}

/// Reads a day and a time; faults go to their fields.
pub(crate) fn read_moment(form: &mut Form, day: &'static str, time: &'static str) -> Option<Ts> {
    let date = crate::house::date(form, day);
    if date.is_none() {
        form.fault(day, Key("system-date-wrong"));
    }
    let typed = ascii_digits(form.value(time).trim()).replace('：', ":");
    let read = typed
        .split_once(':')
        .and_then(|(hour, minute)| Time::new(hour.trim().parse().ok()?, minute.trim().parse().ok()?, 0, 0).ok());
    if read.is_none() {
        form.fault(time, Key("notices-wrong-time"));
    }
    Some(moment(date?, read?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_indicator_is_shows_its_shape() {
        for (value, kind) in [
            ("203.0.113.9", IndicatorKind::Address),
            ("203.0.113.0/24", IndicatorKind::Address),
            ("203[.]0[.]113[.]9", IndicatorKind::Address),
            ("evil[.]example", IndicatorKind::Domain),
            ("hxxps://evil[.]example/x", IndicatorKind::Url),
            ("CVE-2026-0001", IndicatorKind::Weakness),
            ("someone@evil.example", IndicatorKind::Sender),
            (&"a1".repeat(32), IndicatorKind::FileHash),
        ] {
            assert_eq!(indicator_kind(value), kind, "{value}");
        }
    }

    #[test]
    fn moments_are_those_of_japan() {
        let at = moment(jiff::civil::date(2026, 11, 23), jiff::civil::time(17, 5, 0, 0));
        assert_eq!(at.to_string(), "2026-11-23T08:05:00.000000Z");
        assert_eq!(clock(at), "17:05");
        let mut form = Form::of([("day", "令和8年11月23日".to_owned()), ("time", "１７：０５".to_owned())]);
        assert_eq!(read_moment(&mut form, "day", "time"), Some(at));
        let mut form = Form::of([("day", "soon".to_owned()), ("time", "25:00".to_owned())]);
        assert_eq!(read_moment(&mut form, "day", "time"), None);
        assert!(!form.is_right());
    }

    #[test]
    fn products_come_back_as_they_were_typed_and_blank_rows_are_none() {
        let mut form = Form::default();
        let versions = Versions { from: Some("7.0".into()), before: Some("7.2.5".into()), ..Versions::default() };
        let one = Criterion { maker: "見本網機器".into(), product: "MV-60".into(), versions };
        fill_products(&mut form, std::slice::from_ref(&one));
        fill_products(&mut form, &[Criterion::default()]);
        assert_eq!(product_rows(&form).len(), 3);
        assert_eq!(read_products(&mut form), [one]);
        assert!(form.is_right());
        form.tick("from", "x");
        let mut wrong = Form::of([("maker", "A".to_owned()), ("before", "latest".to_owned())]);
        read_products(&mut wrong);
        assert!(!wrong.is_right());
    }
}
