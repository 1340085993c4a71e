//! STIX 2.1 (OASIS Standard, 10 June 2021).

mod case;
mod marking;
mod notice;
pub mod pattern;
mod published;
mod read;
mod sco;
mod touch;

pub use case::{CaseOut, case};
pub use marking::{EXTENSION, label_of, marking, marking_id};
pub(crate) use notice::is_cve;
pub use notice::{NoticeError, notice, product_words};
pub use published::published;
pub use read::{MOST_OBJECTS, ReadError, Reading, check_object, read};
pub use touch::touches;

use crate::ids;
use crate::reader::Centre;
use hakutaku_model::region::notice::Tlp;
use hakutaku_model::time::Ts;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The media type of an object or bundle in TAXII 2.1 (section 1.6.8.3).
pub const MEDIA_TYPE: &str = "application/stix+json;version=2.1";

/// One STIX object.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Object(Map<String, Value>);

impl Object {
    /// With its fields; everything but an object becomes an empty one.
    fn of(fields: Value) -> Self {
        match fields {
            Value::Object(map) => Self(map),
            _ => Self(Map::new()),
        }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// `<type>--<uuid>`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// A field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Its version as TAXII counts it (section 3.4): `modified`, else `created`; none for observables, which have none.
    #[must_use]
    pub fn version(&self) -> Option<Ts> {
        let at = self.0.get("modified").or_else(|| self.0.get("created"))?;
        Ts::try_from(at.as_str()?.to_owned()).ok()
    }

    /// As a value.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// `created` and `modified`: exactly three decimals (section 3.2).
pub(crate) fn millis(at: Ts) -> String {
    // `Ts` writes six decimals and `Z`.
    let text = at.to_string();
    text.get(..text.len().saturating_sub(4)).map_or_else(|| text.clone(), |to_millis| format!("{to_millis}Z"))
}

/// What all objects of ours have in common.
pub(crate) struct Maker<'c> {
    pub(crate) centre: &'c Centre,
    pub(crate) tlp: Tlp,
}

impl Maker<'_> {
    /// A domain or relationship object.
    pub(crate) fn object(&self, kind: &str, of: &[&str], created: Ts, modified: Ts) -> Object {
        Object::of(json!({
            "type": kind,
            "spec_version": "2.1",
            "id": self.centre.id(kind, of),
            "created_by_ref": self.identity_id(),
            "created": millis(created.min(modified)),
            "modified": millis(modified),
            "lang": "ja",
            "object_marking_refs": [marking_id(self.tlp)],
        }))
    }

    pub(crate) fn identity_id(&self) -> String {
        self.centre.id("identity", &[])
    }

    /// The centre. Everybody may know that it exists.
    pub(crate) fn identity(&self) -> Object {
        Object::of(json!({
            "type": "identity",
            "spec_version": "2.1",
            "id": self.identity_id(),
            "created": millis(self.centre.since),
            "modified": millis(self.centre.since),
            "lang": "ja",
            "name": self.centre.name,
            "identity_class": "organization",
            "sectors": ["healthcare"],
            "object_marking_refs": [marking_id(Tlp::Clear)],
        }))
    }

    /// What every bundle of ours begins with: the centre and the markings used.
    pub(crate) fn opening(&self) -> Vec<Object> {
        let mut out = vec![self.identity(), marking(Tlp::Clear)];
        if self.tlp != Tlp::Clear {
            out.push(marking(self.tlp));
        }
        out
    }

    /// Each id once, the last one said; observables get the label, too.
    pub(crate) fn finish(&self, objects: Vec<Object>) -> Vec<Object> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut out: Vec<Object> = Vec::new();
        for object in objects {
            let bare = object.kind() != "marking-definition" && object.get("object_marking_refs").is_none();
            let object = if bare { object.with("object_marking_refs", json!([marking_id(self.tlp)])) } else { object };
            let place = places.get(object.id()).copied();
            match place.and_then(|place| out.get_mut(place)) {
                Some(there) => *there = object,
                None => {
                    places.insert(object.id().to_owned(), out.len());
                    out.push(object);
                }
            }
        }
        out
    }
}

/// Objects as one bundle. Its id follows from them: the same objects, the same bundle. Objects that come twice are in it once.
#[must_use]
pub fn bundle(objects: &[Object]) -> Value {
    let mut seen = BTreeSet::new();
    let once: Vec<&Object> = objects
        .iter()
        .filter(|object| seen.insert((object.id(), object.get("modified").map(Value::to_string))))
        .collect();
    let parts: Vec<String> = once.iter().map(|object| serde_json::to_string(object).unwrap_or_default()).collect();
    let parts: Vec<&str> = std::iter::once("bundle").chain(parts.iter().map(String::as_str)).collect();
    json!({ "type": "bundle", "id": format!("bundle--{}", ids::own(&parts)), "objects": once })
}

/// A text without the signs that would end or hide something; STIX forbids none, readers show them.
pub(crate) fn said(text: &str) -> String {
    crate::json::plain(text, 20_000)
}
