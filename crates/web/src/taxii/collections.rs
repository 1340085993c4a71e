//! Collections (section 5.1 and 5.2): their ids, and which rows of the store they are.

use super::{Refusal, Taxii};
use crate::shell::visit::Visit;
use axum::extract::Path;
use hakutaku_exchange::{ids, stix};
use hakutaku_model::id::FacilityId;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The parameters of a path, by name.
pub(super) type Names = Path<HashMap<String, String>>;

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collection {
    /// Its name in the store, and what its id follows from.
    pub(super) key: String,
    pub(super) alias: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) writable: bool,
}

/// What the centre has sent.
pub(super) const NOTICES: &str = "region/notices";
/// What the centre sees.
pub(super) const CASES: &str = "region/cases";
/// What others send in; a person looks at it.
const INBOX: &str = "region/inbox";
/// Notices to every member.
pub(super) const EVERYBODY: &str = "members/notices";

/// Notices that are not for everybody.
pub(super) fn of_facility(facility: FacilityId) -> String {
    format!("facility/{facility}/notices")
}

impl Collection {
    pub(super) fn id(&self) -> String {
        ids::own(&["taxii collection", &self.key]).to_string()
    }

    fn read(key: impl Into<String>, alias: &'static str, title: &'static str, description: &'static str) -> Self {
        Self { key: key.into(), alias, title, description, writable: false }
    }

    fn said(&self) -> Value {
        json!({
            "id": self.id(),
            "title": self.title,
            "description": self.description,
            "alias": self.alias,
            "can_read": true,
            "can_write": self.writable,
            "media_types": [stix::MEDIA_TYPE],
        })
    }
}

/// The collections of the root that a path names: of a facility, or the centre's.
pub(super) fn all(visit: &Visit) -> Vec<Collection> {
    match &visit.place {
        Some(place) => vec![
            Collection::read(EVERYBODY, "notices", "全員へのお知らせ", "Notices of the centre for every member."),
            Collection::read(
                of_facility(place.id),
                "own-notices",
                "貴施設へのお知らせ",
                "Notices of the centre for some members, this facility among them.",
            ),
        ],
        None => vec![
            Collection::read(NOTICES, "notices", "送ったお知らせ", "All notices of the centre."),
            Collection::read(CASES, "cases", "案件", "Cases of the centre, with sightings. For the centre itself."),
            Collection {
                writable: true,
                ..Collection::read(
                    INBOX,
                    "inbox",
                    "受け取り箱",
                    "What others send in. A person looks at it before it goes on.",
                )
            },
        ],
    }
}

/// The collection that a path names, by its id or alias.
pub(super) fn named(visit: &Visit, names: &HashMap<String, String>) -> Result<Collection, Refusal> {
    let asked = names.get("collection").map(String::as_str).unwrap_or_default();
    let found = all(visit).into_iter().find(|one| one.id() == asked || one.alias == asked);
    found.ok_or_else(|| Refusal::not_found("collection"))
}

pub(super) async fn list(visit: Visit) -> Taxii<Value> {
    Taxii(json!({ "collections": all(&visit).iter().map(Collection::said).collect::<Vec<_>>() }))
}

pub(super) async fn one(visit: Visit, Path(names): Names) -> Result<Taxii<Value>, Refusal> {
    named(&visit, &names).map(|found| Taxii(found.said()))
}
