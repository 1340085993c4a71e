//! Touches of decoys as observed data.

use super::{Maker, Object, sco};
use crate::reader::{Centre, NotForThem, Reader};
use hakutaku_model::region::net::is_local;
use hakutaku_model::region::notice::Tlp;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::SignedTouch;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Most touches counted in one object (section 4.14: `number_observed` is at most this).
const MOST: usize = 999_999_999;

/// What makes touches one observation.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Contact<'t> {
    source: IpAddr,
    protocol: &'t str,
    port: u16,
    kind: &'static str,
    user: Option<&'t str>,
    target: Option<IpAddr>,
}

/// Touches that agree in source, protocol, port and kind, counted together. Readers other than the centre see no inside
/// addresses (touches from them are left out), no user names, no decoy's address, and whole hours.
///
/// # Errors
/// When the label forbids it.
pub fn touches(centre: &Centre, all: &[SignedTouch], tlp: Tlp, reader: Reader) -> Result<Vec<Object>, NotForThem> {
    reader.admit(tlp)?;
    let maker = Maker { centre, tlp };
    let mut groups: BTreeMap<Contact<'_>, (usize, Ts, Ts)> = BTreeMap::new();
    for signed in all {
        let touch = &signed.touch;
        let source = touch.source_ip.to_canonical();
        if !reader.sees_members() && is_local(source) {
            continue;
        }
        let target = touch.detail.get("dest_ip").and_then(|text| text.parse().ok());
        let contact = Contact {
            source,
            protocol: &touch.protocol,
            port: touch.dest_port,
            kind: touch.kind.key(),
            user: touch.user.as_deref().filter(|_| reader.sees_members()),
            target: target.filter(|_| reader.sees_members()),
        };
        let (count, first, last) = groups.entry(contact).or_insert((0, touch.time, touch.time));
        (*count, *first, *last) = (*count + 1, (*first).min(touch.time), (*last).max(touch.time));
    }
    let mut out = maker.opening();
    let mut sources: BTreeMap<IpAddr, (usize, Ts, Ts, Vec<Value>)> = BTreeMap::new();
    for (contact, (count, first, last)) in &groups {
        let (first, last) = (reader.coarse(*first), reader.coarse(*last));
        let observed = observation(&maker, contact, *count, first, last, &mut out);
        let entry = sources.entry(contact.source).or_insert((0, first, last, Vec::new()));
        entry.0 += count;
        (entry.1, entry.2) = (entry.1.min(first), entry.2.max(last));
        entry.3.push(observed.into());
    }
    for (source, (count, first, last, observed)) in sources {
        let (address, since) = (source.to_string(), first.to_string());
        let seen = Seen {
            id: vec!["touches", &address, &since],
            source,
            length: None,
            count: count as u64,
            first,
            last,
            created: first,
            modified: last,
            observed,
            where_seen: maker.identity_id(),
        };
        out.extend(sighting(&maker, &seen));
    }
    Ok(maker.finish(out))
}

fn observation(
    maker: &Maker<'_>,
    contact: &Contact<'_>,
    count: usize,
    first: Ts,
    last: Ts,
    out: &mut Vec<Object>,
) -> String {
    let source = sco::address(contact.source, None);
    let target = contact.target.map(|target| sco::address(target, None));
    let network = if contact.source.is_ipv4() { "ipv4" } else { "ipv6" };
    let mut protocols = vec![network, transport(contact.protocol)];
    if contact.protocol != "scan" && contact.protocol.is_ascii() && !contact.protocol.is_empty() {
        protocols.push(contact.protocol);
    }
    let traffic = sco::traffic(&source, target.as_ref(), (None, Some(contact.port)), &protocols);
    let mut refs = vec![Value::from(source.id()), traffic.id().into()];
    let account = contact.user.map(sco::account);
    refs.extend(target.iter().chain(&account).map(|object| Value::from(object.id())));
    let port = contact.port.to_string();
    let address = contact.source.to_string();
    let target_text = contact.target.map(|target| target.to_string()).unwrap_or_default();
    // The first touch names it: more touches of the same contact are another version of the same observation.
    let id = [
        "touches",
        &address,
        contact.protocol,
        &port,
        contact.kind,
        contact.user.unwrap_or_default(),
        &target_text,
        &first.to_string(),
    ];
    let observed = maker
        .object("observed-data", &id, first, last)
        .with("first_observed", super::millis(first))
        .with("last_observed", super::millis(last))
        .with("number_observed", count.min(MOST))
        .with("object_refs", refs)
        .with("labels", json!(["decoy", contact.kind]));
    let name = observed.id().to_owned();
    out.extend([source, traffic].into_iter().chain(target).chain(account));
    out.push(observed);
    name
}

/// The transport under a decoy's protocol.
fn transport(protocol: &str) -> &'static str {
    match protocol {
        "snmp" | "tftp" | "ntp" | "bacnet" | "dns" => "udp",
        _ => "tcp",
    }
}

/// A visitor that was seen.
pub(super) struct Seen<'s> {
    /// What names it.
    pub(super) id: Vec<&'s str>,
    pub(super) source: IpAddr,
    pub(super) length: Option<u8>,
    pub(super) count: u64,
    pub(super) first: Ts,
    pub(super) last: Ts,
    pub(super) created: Ts,
    pub(super) modified: Ts,
    pub(super) observed: Vec<Value>,
    pub(super) where_seen: String,
}

/// The visitor as an indicator, and that it was seen.
pub(super) fn sighting(maker: &Maker<'_>, seen: &Seen<'_>) -> [Object; 2] {
    let kind = if seen.source.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
    let (pattern, address) = match seen.length {
        Some(length) => {
            (format!("[{kind}:value ISSUBSET '{}/{length}']", seen.source), format!("{}/{length}", seen.source))
        }
        None => (format!("[{kind}:value = '{}']", seen.source), seen.source.to_string()),
    };
    let indicator = maker
        .object("indicator", &seen.id, seen.created, seen.modified)
        .with("name", format!("おとりに触れた接続元 {address}"))
        .with("description", "だれも使う必要のない機器（おとり）に、この接続元から接触がありました。")
        .with("indicator_types", json!(["anomalous-activity"]))
        .with("pattern", pattern)
        .with("pattern_type", "stix")
        .with("pattern_version", "2.1")
        .with("valid_from", super::millis(seen.created));
    let id: Vec<&str> = seen.id.iter().copied().chain([seen.where_seen.as_str()]).collect();
    let sighting = maker
        .object("sighting", &id, seen.created, seen.modified)
        .with("first_seen", super::millis(seen.first))
        .with("last_seen", super::millis(seen.last))
        .with("count", seen.count.min(MOST as u64))
        .with("sighting_of_ref", indicator.id())
        .with("where_sighted_refs", json!([seen.where_seen]))
        .with("observed_data_refs", seen.observed.clone());
    [indicator, sighting]
}
