//! A notice as a report with what to look for.

use super::{Maker, Object, pattern, said, sco};
use crate::reader::{Centre, NotForThem, Reader};
use hakutaku_model::region::notice::{Criterion, Edition, Indicator, IndicatorKind, Notice, NoticeKind};
use hakutaku_model::time::Ts;
use serde_json::{Value, json};

/// Why a notice cannot leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// Its label forbids it.
    #[error(transparent)]
    NotForThem(#[from] NotForThem),
    /// No edition was given.
    #[error("a notice has at least one edition")]
    Empty,
    /// Editions of different notices.
    #[error("the editions are of notices {0} and {1}")]
    Mixed(String, String),
}

/// The newest edition of a notice, in STIX. All its editions, so that `created` stays what it was and what an edition no
/// longer names is revoked; with the newest alone, it counts as the first.
///
/// # Errors
/// When its label forbids it, or the editions are not of one notice.
pub fn notice(centre: &Centre, editions: &[Notice], reader: Reader) -> Result<Vec<Object>, NoticeError> {
    let mut sorted: Vec<&Notice> = editions.iter().collect();
    sorted.sort_by_key(|one| one.edition);
    let (Some(first), Some(newest)) = (sorted.first(), sorted.last()) else { return Err(NoticeError::Empty) };
    if let Some(other) = sorted.iter().find(|one| one.number != first.number) {
        return Err(NoticeError::Mixed(first.number.clone(), other.number.clone()));
    }
    reader.admit(newest.tlp)?;
    let maker = Maker { centre, tlp: newest.tlp };
    let mut out = maker.opening();
    let mut refs: Vec<Value> = Vec::new();
    let withdrawn = matches!(newest.because, Edition::Withdrawal { .. });
    // What any edition this reader may have named, each once, in the order of first mention.
    let mut named: Vec<(&Indicator, Ts)> = Vec::new();
    for edition in sorted.iter().filter(|one| reader.admit(one.tlp).is_ok()) {
        for indicator in &edition.indicators {
            if !named.iter().any(|(there, _)| *there == indicator) {
                named.push((indicator, edition.at));
            }
        }
    }
    for (indicator, since) in named {
        let current = newest.indicators.contains(indicator);
        let object = match indicator.kind {
            IndicatorKind::Weakness => Some(weakness(&maker, newest, indicator, since)),
            _ => clue(&maker, newest, indicator, since),
        };
        let Some(object) = object else { continue };
        if current {
            refs.push(object.id().into());
        }
        out.push(if withdrawn || !current { object.with("revoked", true) } else { object });
    }
    for product in newest.products.iter().filter(|one| !one.product.trim().is_empty()) {
        let version = match &product.versions.exactly[..] {
            [only] => Some(only.as_str()),
            _ => None,
        };
        let object = sco::software(&product.maker, product.product.trim(), version);
        if !refs.contains(&object.id().into()) {
            refs.push(object.id().into());
            out.push(object);
        }
    }
    if refs.is_empty() {
        // A report refers to at least one object (section 4.16).
        refs.push(maker.identity_id().into());
    }
    let mut report = maker
        .object("report", &["notice", &newest.number], first.at, newest.at)
        .with("name", said(&newest.title))
        .with("description", words(newest))
        .with(
            "report_types",
            json!([if newest.kind == NoticeKind::Vulnerability { "vulnerability" } else { "threat-report" }]),
        )
        .with("published", super::millis(first.at))
        .with("object_refs", refs)
        .with("external_references", json!([{ "source_name": said(&centre.name), "external_id": newest.number }]));
    if newest.kind == NoticeKind::Exercise {
        report = report.with("labels", json!(["exercise"]));
    }
    out.push(if withdrawn { report.with("revoked", true) } else { report });
    Ok(maker.finish(out))
}

fn clue(maker: &Maker<'_>, notice: &Notice, indicator: &Indicator, since: Ts) -> Option<Object> {
    let pattern = pattern::of(indicator)?;
    let kind = indicator.kind.key();
    let about = format!("お知らせ{}「{}」の手がかりです。", notice.number, said(&notice.title));
    let mut object = maker
        .object("indicator", &["notice", &notice.number, kind, &indicator.value], since, notice.at)
        .with("name", format!("{}: {}", indicator.kind.title().ja, said(&indicator.value)))
        .with("description", about)
        .with("indicator_types", json!(["malicious-activity"]))
        .with("pattern", pattern)
        .with("pattern_type", "stix")
        .with("pattern_version", "2.1")
        .with("valid_from", super::millis(since));
    if notice.kind == NoticeKind::Exercise {
        // A rehearsal must not fill anybody's block lists.
        object = object.with("indicator_types", json!(["benign"])).with("labels", json!(["exercise"]));
    }
    Some(object)
}

fn weakness(maker: &Maker<'_>, notice: &Notice, indicator: &Indicator, since: Ts) -> Object {
    let name = said(indicator.value.trim());
    let id = ["notice", &notice.number, "weakness", &indicator.value];
    let object = maker.object("vulnerability", &id, since, notice.at).with("name", name.clone());
    let cve = is_cve(&name).then(|| json!([{ "source_name": "cve", "external_id": name.to_uppercase() }]));
    object.with_some("external_references", cve)
}

/// `CVE-` a year, `-` at least four digits.
pub(crate) fn is_cve(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>, least: usize, most: usize| {
        part.is_some_and(|part| (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.next().is_some_and(|start| start.eq_ignore_ascii_case("CVE"))
        && digits(parts.next(), 4, 4)
        && digits(parts.next(), 4, 19)
        && parts.next().is_none()
}

/// The whole notice in words: why this edition, what happened, what to do, which products.
fn words(notice: &Notice) -> String {
    let mut out = String::new();
    match &notice.because {
        Edition::First => {}
        Edition::Correction { what } => out.push_str(&format!("【訂正 第{}版】{}\n\n", notice.edition, said(what))),
        Edition::Withdrawal { why } => out.push_str(&format!("【取り消し】{}\n\n", said(why))),
    }
    if notice.kind == NoticeKind::Exercise {
        out.push_str("【訓練】これは訓練です。\n\n");
    }
    out.push_str(&said(&notice.text));
    if !notice.actions.is_empty() {
        out.push_str("\n\nしてほしいこと:");
        for (n, action) in notice.actions.iter().enumerate() {
            out.push_str(&format!("\n{}. {}", n + 1, said(action)));
        }
    }
    if !notice.products.is_empty() {
        out.push_str("\n\n対象:");
        for product in &notice.products {
            out.push_str(&format!("\n- {}", product_words(product)));
        }
    }
    out
}

/// A product and its versions as people read them: `Fortinet FortiOS（7.0.0以上、7.2.5より前）`.
#[must_use]
pub fn product_words(product: &Criterion) -> String {
    let versions = &product.versions;
    let mut range: Vec<String> = Vec::new();
    range.extend(versions.from.as_ref().map(|from| format!("{from}以上")));
    range.extend(versions.before.as_ref().map(|before| format!("{before}より前")));
    range.extend(versions.up_to.as_ref().map(|last| format!("{last}まで")));
    range.extend((!versions.exactly.is_empty()).then(|| versions.exactly.join("、")));
    range.extend((!versions.in_words.is_empty()).then(|| versions.in_words.clone()));
    let name = format!("{} {}", product.maker, product.product);
    let range = if range.is_empty() { "すべての版".to_owned() } else { range.join("、") };
    said(&format!("{}（{range}）", name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_weaknesses() {
        for yes in ["CVE-2026-0001", "cve-2018-13379"] {
            assert!(is_cve(yes), "{yes}");
        }
        for no in ["CVE-2026-1", "JVN#12345678", "CVE-2026-0001-1", "CVE-26-0001", ""] {
            assert!(!is_cve(no), "{no}");
        }
    }
}
