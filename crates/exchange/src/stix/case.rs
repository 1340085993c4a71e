//! A case of the centre: who was seen, how often, since when.

use super::touch::{Seen, sighting};
use super::{Maker, Object, said, sco};
use crate::reader::{Centre, NotForThem, Reader};
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::correlate::Case;
use hakutaku_model::region::net::{Source, is_local};
use hakutaku_model::region::notice::Tlp;
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A case, with what only the caller knows of it.
#[derive(Debug, Clone, Copy)]
pub struct CaseOut<'c> {
    /// The case.
    pub case: &'c Case,
    /// What it is, in words that name no member.
    pub title: &'c Text,
    /// How far it may go.
    pub tlp: Tlp,
    /// When it changed last.
    pub changed: Ts,
    /// It turned out to be nothing, or became part of another.
    pub withdrawn: bool,
    /// Names of facilities; used for the centre alone.
    pub names: &'c BTreeMap<FacilityId, String>,
}

/// Address, its length where it is a network, and the place it was seen at.
type Visitor = (IpAddr, Option<u8>, Option<FacilityId>);

/// The case as a grouping with a sighting for each visitor. Readers other than the centre see neither the members nor how
/// often each was touched, no inside addresses, and whole hours.
///
/// # Errors
/// When the label forbids it.
pub fn case(centre: &Centre, what: &CaseOut<'_>, reader: Reader) -> Result<Vec<Object>, NotForThem> {
    reader.admit(what.tlp)?;
    let maker = Maker { centre, tlp: what.tlp };
    let id = what.case.id.to_string();
    let mut out = maker.opening();
    let mut refs: BTreeSet<String> = BTreeSet::new();
    // A case is named by its first touch: its beginning never changes, and everything in it has one age and one version.
    let created = reader.coarse(what.case.first.at);
    let modified = what.changed.max(what.case.first.at);
    let revocable = |object: Object| if what.withdrawn { object.with("revoked", true) } else { object };
    // By visitor and place; for others than the centre all places are the centre.
    let mut seen: BTreeMap<Visitor, (u64, Ts, Ts)> = BTreeMap::new();
    for (facility, part) in what.case.parts() {
        for visitor in &part.visitors {
            let Some((address, length)) = address_of(visitor, reader) else { continue };
            let place = Some(facility).filter(|_| reader.sees_members());
            let entry = seen.entry((address, length, place)).or_insert((0, part.first.at, part.last.at));
            // A part counts the touches of all its visitors together: the count is known where there is but one.
            let count = if part.visitors.len() == 1 { part.count } else { 1 };
            *entry = (entry.0.saturating_add(count), entry.1.min(part.first.at), entry.2.max(part.last.at));
        }
    }
    for ((source, length, place), (count, first, last)) in seen {
        let where_seen = match place {
            Some(facility) => {
                let identity = member(&maker, facility, what.names, what.changed);
                let id = identity.id().to_owned();
                out.push(identity);
                id
            }
            None => maker.identity_id(),
        };
        let (first, last) = (reader.coarse(first), reader.coarse(last));
        let count = if reader.sees_members() { count } else { 1 };
        let address = sco::address(source, length);
        let observed = maker
            .object("observed-data", &["case", &id, address.id(), &where_seen], created, modified)
            .with("first_observed", super::millis(first))
            .with("last_observed", super::millis(last))
            .with("number_observed", count.clamp(1, 999_999_999))
            .with("object_refs", json!([address.id()]))
            .with("labels", json!(["decoy"]));
        let found = Seen {
            id: vec!["case", &id, address.id()],
            source,
            length,
            count,
            first,
            last,
            created,
            modified,
            observed: vec![observed.id().into()],
            where_seen,
        };
        let [indicator, sighting] = sighting(&maker, &found);
        refs.extend([indicator.id(), sighting.id(), observed.id()].map(str::to_owned));
        out.push(address.clone());
        out.extend([observed, indicator, sighting].map(revocable));
    }
    if refs.is_empty() {
        refs.insert(maker.identity_id());
    }
    let grouping = maker
        .object("grouping", &["case", &id], created, modified)
        .with("name", said(&what.title.ja))
        .with("description", format!("監視センターの案件 {id}。重さ: {}。", what.case.severity.title().ja))
        .with("context", "suspicious-activity")
        .with("object_refs", json!(refs));
    out.push(revocable(grouping));
    Ok(maker.finish(out))
}

/// The address of a visitor as this reader may know it.
fn address_of(visitor: &Source, reader: Reader) -> Option<(IpAddr, Option<u8>)> {
    let (address, length) = match visitor {
        Source::Everywhere { prefix } => {
            let whole = if prefix.network().is_ipv4() { 32 } else { 128 };
            (prefix.network(), Some(prefix.length()).filter(|length| *length != whole))
        }
        Source::Shared { address } | Source::Inside { address, .. } => (*address, None),
    };
    let local = is_local(address) || matches!(visitor, Source::Inside { .. } | Source::Shared { .. });
    (reader.sees_members() || !local).then_some((address, length))
}

fn member(maker: &Maker<'_>, facility: FacilityId, names: &BTreeMap<FacilityId, String>, changed: Ts) -> Object {
    let id = facility.to_string();
    let name = names.get(&facility).map_or_else(|| id.clone(), |name| said(name));
    maker
        .object("identity", &["member", &id], maker.centre.since, changed.max(maker.centre.since))
        .with("name", name)
        .with("identity_class", "organization")
        .with("sectors", json!(["healthcare"]))
}
