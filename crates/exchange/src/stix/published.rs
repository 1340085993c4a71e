//! An anonymous report as everybody may see it.

use super::{Maker, Object, pattern, said, sco};
use crate::reader::{Centre, NotForThem, Reader};
use hakutaku_model::region::notice::{Indicator, IndicatorKind, NoticeKind, Published, Tlp};
use hakutaku_model::time::Ts;
use serde_json::{Value, json};

/// A published anonymous report: no facility, no place, and no time but the third of the month in words and the day (in
/// Japan) on which the centre let it out. `number` is the centre's, `released` when it let it out.
///
/// # Errors
/// When its label forbids it.
pub fn published(
    centre: &Centre,
    number: &str,
    report: &Published,
    tlp: Tlp,
    released: Ts,
    reader: Reader,
) -> Result<Vec<Object>, NotForThem> {
    reader.admit(tlp)?;
    let maker = Maker { centre, tlp };
    let day = day_in_japan(released);
    let mut out = maker.opening();
    let mut refs: Vec<Value> = Vec::new();
    for indicator in &report.indicators {
        let Some(object) = clue(&maker, number, indicator, day) else { continue };
        refs.push(object.id().into());
        out.push(object);
    }
    for product in report.products.iter().filter(|one| !one.product.trim().is_empty()) {
        let object = sco::software(&product.maker, product.product.trim(), None);
        if !refs.contains(&object.id().into()) {
            refs.push(object.id().into());
            out.push(object);
        }
    }
    if refs.is_empty() {
        refs.push(maker.identity_id().into());
    }
    let kind = if report.kind == NoticeKind::Vulnerability { "vulnerability" } else { "threat-report" };
    out.push(
        maker
            .object("report", &["anonymous", number], day, day)
            .with("name", format!("匿名の報告 {}（{}）", said(number), report.when.ja))
            .with("description", said(&report.text))
            .with("report_types", json!([kind]))
            .with("published", super::millis(day))
            .with("object_refs", refs)
            .with("external_references", json!([{ "source_name": said(&centre.name), "external_id": number }])),
    );
    Ok(maker.finish(out))
}

fn clue(maker: &Maker<'_>, number: &str, indicator: &Indicator, day: Ts) -> Option<Object> {
    let id = ["anonymous", number, indicator.kind.key(), &indicator.value];
    if indicator.kind == IndicatorKind::Weakness {
        let name = said(indicator.value.trim());
        let cve =
            super::notice::is_cve(&name).then(|| json!([{ "source_name": "cve", "external_id": name.to_uppercase() }]));
        let object = maker.object("vulnerability", &id, day, day).with("name", name);
        return Some(object.with_some("external_references", cve));
    }
    let pattern = pattern::of(indicator)?;
    Some(
        maker
            .object("indicator", &id, day, day)
            .with("name", format!("{}: {}", indicator.kind.title().ja, said(&indicator.value)))
            .with("description", format!("匿名の報告{}の手がかりです。", said(number)))
            .with("indicator_types", json!(["malicious-activity"]))
            .with("pattern", pattern)
            .with("pattern_type", "stix")
            .with("pattern_version", "2.1")
            .with("valid_from", super::millis(day)),
    )
}

/// Midnight in Japan (UTC+9) of the day of an instant.
fn day_in_japan(at: Ts) -> Ts {
    const DAY: i64 = 86_400_000_000;
    const JAPAN: i64 = 9 * 3_600_000_000;
    Ts::from_micros((at.micros() + JAPAN).div_euclid(DAY) * DAY - JAPAN)
}
