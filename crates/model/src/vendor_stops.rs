//! "Who stops if this vendor stops?"

use crate::party::Party;
use crate::record::{Kept, RecordId};
use crate::system::System;
use crate::vendor::Engagement;
use serde::Serialize;
use std::collections::BTreeMap;

/// A device or connection point that names a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// What it is.
    pub kind: TieKind,
    /// How people call it.
    pub name: String,
    /// The system it serves, if known.
    pub system: Option<RecordId>,
    /// The vendor: the id of its [`Engagement`].
    pub vendor: Option<RecordId>,
}

/// What a [`Tie`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    /// A row of the ledger.
    Device,
    /// An external connection point.
    Connection,
}

/// Why something stops.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "name")]
pub enum Why {
    /// The vendor supplies and maintains the system.
    Supplies,
    /// A product of the vendor serves it.
    Product(String),
    /// A device of the system is maintained by the vendor.
    Device(String),
    /// A line of the system is the vendor's.
    Connection(String),
}

/// What stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// The system; `None` for devices and lines of which nobody said what they serve.
    pub system: Option<RecordId>,
    /// Its name; empty when `system` is `None`.
    pub name: String,
    /// Rank by harm to patients: 1 is the worst; `None`: nobody ranked it.
    pub clinical_importance: Option<u16>,
    /// Why, each once.
    pub why: Vec<Why>,
}

/// What stops without this vendor, the worst for patients first, unranked ones after, things without a system last.
#[must_use]
pub fn stops(vendor: RecordId, engagement: &Engagement, systems: &[Kept<System>], ties: &[Tie]) -> Vec<Stop> {
    let mut whys: BTreeMap<Option<RecordId>, Vec<Why>> = BTreeMap::new();
    let known = |id: RecordId| systems.iter().any(|system| system.id == id);
    for system in systems.iter().filter(|system| system.body.vendor == Some(Party::Vendor(vendor))) {
        whys.entry(Some(system.id)).or_default().push(Why::Supplies);
    }
    for product in &engagement.products {
        for system in product.systems.iter().filter(|id| known(**id)) {
            whys.entry(Some(*system)).or_default().push(Why::Product(product.name.clone()));
        }
    }
    for tie in ties.iter().filter(|tie| tie.vendor == Some(vendor)) {
        let why = match tie.kind {
            TieKind::Device => Why::Device(tie.name.clone()),
            TieKind::Connection => Why::Connection(tie.name.clone()),
        };
        whys.entry(tie.system.filter(|id| known(*id))).or_default().push(why);
    }
    let mut found: Vec<Stop> = whys
        .into_iter()
        .map(|(id, mut why)| {
            why.sort();
            why.dedup();
            let system = systems.iter().find(|system| Some(system.id) == id).map(|system| &system.body);
            Stop {
                system: id,
                name: system.map(|system| system.name.clone()).unwrap_or_default(),
                clinical_importance: system.and_then(|system| system.clinical_importance),
                why,
            }
        })
        .collect();
    found.sort_by_key(|stop| (stop.system.is_none(), stop.clinical_importance.unwrap_or(u16::MAX), stop.name.clone()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Ts;
    use uuid::Uuid;

    fn id(n: u128) -> RecordId {
        RecordId(Uuid::from_u128(n))
    }

    fn system(n: u128, name: &str, rank: Option<u16>, vendor: Option<u128>) -> Kept<System> {
        let json = serde_json::json!({"name": name, "kind": "other", "clinical_importance": rank});
        let body =
            System { vendor: vendor.map(|n| Party::Vendor(id(n))), ..serde_json::from_value(json).expect("a system") };
        let at = Ts::from_micros(0);
        Kept {
            id: id(n),
            version: 1,
            body,
            created_at: at,
            changed_at: at,
            changed_by: String::new(),
            retired_at: None,
        }
    }

    fn engagement(products: &[(&str, &[u128])]) -> Engagement {
        let mut engagement: Engagement =
            serde_json::from_value(serde_json::json!({"company": id(900), "name": "みなと"})).expect("an engagement");
        for (name, systems) in products {
            engagement.products.push(crate::vendor::ProductInUse {
                name: (*name).to_owned(),
                systems: systems.iter().map(|n| id(*n)).collect(),
                ..Default::default()
            });
        }
        engagement
    }

    #[test]
    fn the_systems_of_a_vendor_stop_the_worst_for_patients_first() {
        let systems = [
            system(1, "給食", Some(9), Some(50)),
            system(2, "電子カルテ", Some(1), None),
            system(3, "検査", None, None),
            system(4, "画像", Some(2), Some(51)),
        ];
        let ties = [
            Tie { kind: TieKind::Device, name: "検査サーバ".into(), system: Some(id(3)), vendor: Some(id(50)) },
            Tie { kind: TieKind::Device, name: "他社のサーバ".into(), system: Some(id(4)), vendor: Some(id(51)) },
            Tie { kind: TieKind::Connection, name: "保守VPN".into(), system: None, vendor: Some(id(50)) },
        ];
        let found = stops(id(50), &engagement(&[("カルテX", &[2, 77])]), &systems, &ties);
        let names: Vec<&str> = found.iter().map(|stop| stop.name.as_str()).collect();
        assert_eq!(names, ["電子カルテ", "給食", "検査", ""]);
        assert_eq!(found[0].why, [Why::Product("カルテX".into())]);
        assert_eq!(found[3].why, [Why::Connection("保守VPN".into())]);
    }

    #[test]
    fn nothing_stops_with_a_vendor_nobody_named() {
        assert!(stops(id(50), &engagement(&[]), &[system(1, "給食", None, None)], &[]).is_empty());
    }
}
