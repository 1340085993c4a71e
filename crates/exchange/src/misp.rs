//! MISP core format out: events with attributes and tags of TLP 2.0, for centres that use MISP
//! (draft-dulaunoy-misp-core-format).

use crate::ids;
use crate::reader::{Centre, NotForThem, Reader};
use crate::stix::is_cve;
use crate::stix::pattern::{hash_name, is_domain, refanged};
use hakutaku_model::region::net::{Prefix, is_local};
use hakutaku_model::region::notice::{Edition, Indicator, IndicatorKind, Notice, NoticeKind, Tlp};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Kind, SignedTouch};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The label as a tag of MISP's taxonomy `tlp`.
#[must_use]
pub fn tag(tlp: Tlp) -> String {
    tlp.label().to_lowercase()
}

/// How far MISP itself spreads it (section 2.2.1.6): own organisation, this community, or all. Narrower rather than wider.
fn distribution(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "3",
        Tlp::Green => "1",
        Tlp::Amber | Tlp::AmberStrict | Tlp::Red => "0",
    }
}

/// A notice as an event. Withdrawn, it is the event without attributes for matching (`to_ids` false) and says so in its line.
///
/// # Errors
/// When its label forbids it.
pub fn notice(centre: &Centre, notice: &Notice, reader: Reader) -> Result<Value, NotForThem> {
    reader.admit(notice.tlp)?;
    let withdrawn = matches!(notice.because, Edition::Withdrawal { .. });
    let exercise = notice.kind == NoticeKind::Exercise;
    let id = ["notice", &notice.number];
    let attributes: Vec<Value> = notice
        .indicators
        .iter()
        .filter_map(|one| {
            let (kind, category, value) = attribute_of(one)?;
            let of = ["notice", &notice.number, one.kind.key(), &one.value];
            // A rehearsal and what was taken back must not fill anybody's block lists.
            let for_matching = !withdrawn && !exercise && one.kind != IndicatorKind::Weakness;
            Some(attribute(centre, &of, kind, category, &value, for_matching, notice.at, ""))
        })
        .collect();
    let start = match (withdrawn, exercise) {
        (true, _) => "【取り消し】",
        (false, true) => "【訓練】",
        (false, false) => "",
    };
    let info = format!("{start}{}（お知らせ {} 第{}版）", notice.title, notice.number, notice.edition);
    // Threat level (section 2.2.1.3): 2 medium for a weakness, 1 high for an attack, 4 undefined for a rehearsal.
    let level = match notice.kind {
        NoticeKind::Vulnerability => "2",
        NoticeKind::Attack => "1",
        NoticeKind::Exercise => "4",
    };
    Ok(event(centre, &id, &info, level, notice.tlp, notice.at, attributes))
}

/// Touches as an event: each source once, with how often and when it came. Readers other than the centre see no inside
/// addresses, no user names and whole hours.
///
/// # Errors
/// When the label forbids it.
pub fn touches(centre: &Centre, all: &[SignedTouch], tlp: Tlp, reader: Reader) -> Result<Value, NotForThem> {
    reader.admit(tlp)?;
    let mut sources: BTreeMap<_, (u64, Ts, Ts, bool)> = BTreeMap::new();
    for touch in all.iter().map(|signed| &signed.touch) {
        let source = touch.source_ip.to_canonical();
        if reader.sees_members() || !is_local(source) {
            let entry = sources.entry(source).or_insert((0, touch.time, touch.time, false));
            *entry =
                (entry.0 + 1, entry.1.min(touch.time), entry.2.max(touch.time), entry.3 || touch.kind == Kind::SignIn);
        }
    }
    let first = sources.values().map(|one| one.1).min().unwrap_or(Ts::from_micros(0));
    let last = sources.values().map(|one| one.2).max().unwrap_or(first);
    let (first, last) = (reader.coarse(first), reader.coarse(last));
    let attributes = sources
        .iter()
        .map(|(source, (count, since, until, signed_in))| {
            let what = if *signed_in { "おとりへのサインインの試み" } else { "おとりへの接触" };
            let comment = format!("{what} {count}回 {}〜{}", reader.coarse(*since), reader.coarse(*until));
            let value = source.to_string();
            let of = ["touches", &value, &first.to_string()];
            attribute(centre, &of, "ip-src", "Network activity", &value, true, last, &comment)
        })
        .collect();
    let id = ["touches", &first.to_string()];
    Ok(event(centre, &id, "おとりに触れた接続元", "2", tlp, last, attributes))
}

#[expect(clippy::too_many_arguments, reason = "the fields of the format, each once")]
fn attribute(
    centre: &Centre,
    of: &[&str],
    kind: &str,
    category: &str,
    value: &str,
    for_matching: bool,
    at: Ts,
    comment: &str,
) -> Value {
    json!({
        "uuid": uuid(centre, "attribute", of),
        "type": kind,
        "category": category,
        "value": value,
        "to_ids": for_matching,
        "timestamp": seconds(at),
        "distribution": "5",
        "comment": comment,
        "deleted": false,
        "disable_correlation": false,
    })
}

fn event(centre: &Centre, of: &[&str], info: &str, level: &str, tlp: Tlp, at: Ts, attributes: Vec<Value>) -> Value {
    json!({ "Event": {
        "uuid": uuid(centre, "event", of),
        "info": crate::json::plain(info, 1_000),
        "date": at.date_in_japan().to_string(),
        "timestamp": seconds(at),
        "publish_timestamp": "0",
        "published": false,
        "analysis": "2",
        "threat_level_id": level,
        "distribution": distribution(tlp),
        "Orgc": { "uuid": uuid(centre, "organisation", &[]), "name": centre.name },
        "Tag": [{ "name": tag(tlp), "exportable": true }],
        "Attribute": attributes,
    }})
}

fn uuid(centre: &Centre, kind: &str, of: &[&str]) -> String {
    let parts: Vec<&str> = ["misp", kind, centre.key.as_str()].into_iter().chain(of.iter().copied()).collect();
    ids::own(&parts).to_string()
}

fn seconds(at: Ts) -> String {
    at.micros().div_euclid(1_000_000).to_string()
}

/// Type and category of an indicator (section 2.4.2); nothing when its value is none of its kind.
fn attribute_of(indicator: &Indicator) -> Option<(&'static str, &'static str, String)> {
    let value = refanged(&indicator.value);
    match indicator.kind {
        IndicatorKind::Address => value.parse::<Prefix>().is_ok().then_some(("ip-src", "Network activity", value)),
        IndicatorKind::Domain => is_domain(&value).then(|| ("domain", "Network activity", value.to_lowercase())),
        IndicatorKind::Url => url::Url::parse(&value).is_ok().then_some(("url", "Network activity", value)),
        IndicatorKind::FileHash => {
            let (name, value) = hash_name(&value)?;
            let kind = match name {
                "MD5" => "md5",
                "'SHA-1'" => "sha1",
                "'SHA-256'" => "sha256",
                _ => "sha512",
            };
            Some((kind, "Payload delivery", value))
        }
        IndicatorKind::Sender => value.contains('@').then_some(("email-src", "Payload delivery", value)),
        IndicatorKind::Weakness => is_cve(&value).then(|| ("vulnerability", "External analysis", value.to_uppercase())),
    }
}
