//! Rooms and their journals: drills and incidents are written down entry by entry, and everything shown is computed from
//! the entries.
//!
//! A journal is append-only. Each installation writes under its own [`OriginId`] with its own gapless numbers and hash
//! chain; `tick` is a Lamport clock (Lamport, "Time, Clocks, and the Ordering of Events", CACM 21(7), 1978): larger than
//! every tick the writer has seen. Journals written apart are therefore merged by uniting their entries and ordering them
//! by `(tick, origin, seq)`: the same result in either order, however wrong the clocks of the laptops are.

use crate::id::{FacilityId, OriginId, PersonId, RoomId, SeatId};
use crate::journal::Hash;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomKind {
    /// A drill.
    Drill,
    /// A real incident.
    Incident,
}

/// A room as it is kept; what happens in it is in its journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its id; the same on every installation its journal travels to.
    pub id: RoomId,
    /// Whose room. For a drill of several facilities: who conducts it.
    pub facility: FacilityId,
    /// Drill or incident.
    pub kind: RoomKind,
    /// What people call it.
    pub title: String,
    /// What it began with, such as the scenario's text: JSON of the capability's own type; never changes.
    pub setup: serde_json::Value,
    /// When it was made.
    pub created_at: Ts,
    /// When it was closed for good.
    pub closed_at: Option<Ts>,
}

/// Who wrote an entry, as they were named then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Their name.
    pub name: String,
    /// Their role in the room; empty for none.
    #[serde(default)]
    pub role: String,
    /// Their account, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Their seat, if they came by a door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatId>,
    /// For whose facility they act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility: Option<FacilityId>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The room.
    pub room: RoomId,
    /// Which installation wrote it.
    pub origin: OriginId,
    /// 1 for the first entry of this origin in this room, then without gaps.
    pub seq: u64,
    /// The Lamport clock.
    pub tick: u64,
    /// The writer's wall clock; for showing, never for ordering.
    pub at: Ts,
    /// Who.
    pub author: Author,
    /// What: JSON of the capability's event type, with a `kind`.
    pub body: serde_json::Value,
    /// Written at most once per room under this key, if given: `inject:ph1-2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<String>,
    /// The hash of this origin's entry before; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// The hash of this entry.
    pub hash: Hash,
}

/// What the hash covers; the order of the fields is part of the format.
#[derive(Serialize)]
struct Sealed<'e> {
    room: RoomId,
    origin: OriginId,
    seq: u64,
    tick: u64,
    at: i64,
    author: &'e Author,
    body: &'e str,
    once: Option<&'e str>,
    previous: Hash,
}

/// An entry before it has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who.
    pub author: Author,
    /// The writer's wall clock.
    pub at: Ts,
    /// What.
    pub body: serde_json::Value,
    /// See [`Entry::once`].
    pub once: Option<String>,
}

/// Where an origin's next entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// The last number of this origin; 0 before the first.
    pub seq: u64,
    /// The hash of its last entry.
    pub hash: Hash,
    /// The largest tick of any origin.
    pub tick: u64,
}

impl Tail {
    /// Of an empty journal.
    pub const EMPTY: Self = Self { seq: 0, hash: Hash::ZERO, tick: 0 };
}

/// JSON with its members in the order of their names, whatever order a map was read in.
fn canonical(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            let inner: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::String(name.clone()), canonical(value)))
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

impl Entry {
    /// The next entry of an origin.
    #[must_use]
    pub fn after(tail: Tail, room: RoomId, origin: OriginId, draft: Draft) -> Self {
        let mut entry = Self {
            room,
            origin,
            seq: tail.seq + 1,
            tick: tail.tick + 1,
            at: draft.at,
            author: draft.author,
            body: draft.body,
            once: draft.once,
            previous: tail.hash,
            hash: Hash::ZERO,
        };
        entry.hash = entry.seal();
        entry
    }

    /// The hash its content has.
    #[must_use]
    pub fn seal(&self) -> Hash {
        let sealed = Sealed {
            room: self.room,
            origin: self.origin,
            seq: self.seq,
            tick: self.tick,
            at: self.at.micros(),
            author: &self.author,
            body: &canonical(&self.body),
            once: self.once.as_deref(),
            previous: self.previous,
        };
        // None of these types can fail to become JSON; an empty text would only fail the check.
        Hash::of(serde_json::to_string(&sealed).unwrap_or_default().as_bytes())
    }

    /// Its place among all entries.
    #[must_use]
    pub fn place(&self) -> (u64, OriginId, u64) {
        (self.tick, self.origin, self.seq)
    }
}

/// What is wrong with a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// Two rooms.
    #[error("the journals are of two different rooms, {0} and {1}")]
    OtherRoom(RoomId, RoomId),
    /// A number is missing.
    #[error("entry {seq} of writer {origin} is missing")]
    Gap {
        /// Whose.
        origin: OriginId,
        /// Which.
        seq: u64,
    },
    /// An entry was changed after it was written.
    #[error("entry {seq} of writer {origin} does not match its hash: it was changed after it was written")]
    Broken {
        /// Whose.
        origin: OriginId,
        /// Which.
        seq: u64,
    },
    /// Two entries with the same number say different things.
    #[error("entry {seq} of writer {origin} says different things in the two journals")]
    Forked {
        /// Whose.
        origin: OriginId,
        /// Which.
        seq: u64,
    },
}

/// Puts entries into the order everybody sees them in.
pub fn put_in_order(entries: &mut [Entry]) {
    entries.sort_by_key(Entry::place);
}

/// Checks numbers, links and hashes of every origin.
///
/// # Errors
/// The first fault.
pub fn verify(entries: &[Entry]) -> Result<(), JournalFault> {
    let mut by_origin: BTreeMap<OriginId, BTreeMap<u64, &Entry>> = BTreeMap::new();
    let mut room = None;
    for entry in entries {
        let first = *room.get_or_insert(entry.room);
        if first != entry.room {
            return Err(JournalFault::OtherRoom(first, entry.room));
        }
        let (origin, seq) = (entry.origin, entry.seq);
        if let Some(other) = by_origin.entry(origin).or_default().insert(seq, entry)
            && other.hash != entry.hash
        {
            return Err(JournalFault::Forked { origin, seq });
        }
    }
    for (origin, chain) in by_origin {
        let mut previous = Hash::ZERO;
        for (expected, (seq, entry)) in (1..).zip(chain) {
            if seq != expected {
                return Err(JournalFault::Gap { origin, seq: expected });
            }
            if entry.previous != previous || entry.hash != entry.seal() {
                return Err(JournalFault::Broken { origin, seq });
            }
            previous = entry.hash;
        }
    }
    Ok(())
}

/// Unites two journals of one room; an entry of both counts once. The result does not depend on the order.
///
/// # Errors
/// When a journal is damaged, or both are not of the same room.
pub fn merge(a: &[Entry], b: &[Entry]) -> Result<Vec<Entry>, JournalFault> {
    if let (Some(a), Some(b)) = (a.first(), b.first())
        && a.room != b.room
    {
        return Err(JournalFault::OtherRoom(a.room.min(b.room), a.room.max(b.room)));
    }
    let mut united: BTreeMap<(OriginId, u64), &Entry> = BTreeMap::new();
    for entry in a.iter().chain(b) {
        let (origin, seq) = (entry.origin, entry.seq);
        if let Some(other) = united.insert((origin, seq), entry)
            && other.hash != entry.hash
        {
            return Err(JournalFault::Forked { origin, seq });
        }
    }
    let mut entries: Vec<Entry> = united.into_values().cloned().collect();
    verify(&entries)?;
    put_in_order(&mut entries);
    Ok(entries)
}

/// The format of a journal file, in its member `format`.
pub const JOURNAL_FORMAT: &str = "hakutaku-journal/1";

/// A journal as it travels: what `hakutaku journal merge` and the laptop's USB stick carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalFile {
    /// [`JOURNAL_FORMAT`].
    pub format: String,
    /// The room.
    pub room: Room,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// Unites two journal files of one room: the same file in either order. A room that was closed in one is closed.
///
/// # Errors
/// When a journal is damaged, or the files are not of the same room.
pub fn merge_files(a: &JournalFile, b: &JournalFile) -> Result<JournalFile, JournalFault> {
    let other = |x: RoomId, y: RoomId| JournalFault::OtherRoom(x.min(y), x.max(y));
    let same = a.room.id == b.room.id && a.room.facility == b.room.facility && a.room.kind == b.room.kind;
    if !same {
        return Err(other(a.room.id, b.room.id));
    }
    if let Some(stranger) = a.entries.iter().chain(&b.entries).find(|entry| entry.room != a.room.id) {
        return Err(other(a.room.id, stranger.room));
    }
    let entries = merge(&a.entries, &b.entries)?;
    let closed_at = [a.room.closed_at, b.room.closed_at].into_iter().flatten().min();
    Ok(JournalFile { format: JOURNAL_FORMAT.to_owned(), room: Room { closed_at, ..a.room.clone() }, entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    fn origin(n: u128) -> OriginId {
        OriginId(Uuid::from_u128(n))
    }

    fn draft(at: i64, text: &str) -> Draft {
        let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
        Draft { author, at: Ts::from_micros(at), body: json!({ "kind": "note", "text": text }), once: None }
    }

    /// Appends as the store does.
    fn append(journal: &mut Vec<Entry>, writer: OriginId, at: i64, text: &str) {
        let own = journal.iter().filter(|entry| entry.origin == writer).max_by_key(|entry| entry.seq);
        let tail = Tail {
            seq: own.map_or(0, |entry| entry.seq),
            hash: own.map_or(Hash::ZERO, |entry| entry.hash),
            tick: journal.iter().map(|entry| entry.tick).max().unwrap_or(0),
        };
        journal.push(Entry::after(tail, RoomId(Uuid::from_u128(1)), writer, draft(at, text)));
    }

    proptest! {
        /// Two laptops leave with the same journal, write apart with clocks wrong by hours, and come back.
        #[test]
        fn journals_written_apart_merge_to_the_same_in_either_order(
            common in prop::collection::vec((-9_i64..9, ".{0,8}"), 0..6),
            left in prop::collection::vec((-9_i64..9, ".{0,8}"), 0..12),
            right in prop::collection::vec((-9_i64..9, ".{0,8}"), 0..12),
            third in prop::collection::vec((-9_i64..9, ".{0,8}"), 0..4),
        ) {
            let mut base = Vec::new();
            for (at, text) in common { append(&mut base, origin(1), at * 3_600_000_000, &text); }
            let write = |who: u128, lines: &[(i64, String)]| {
                let mut journal = base.clone();
                for (at, text) in lines { append(&mut journal, origin(who), at * 3_600_000_000, text); }
                journal
            };
            let (a, b, c) = (write(1, &left), write(2, &right), write(3, &third));
            let merged = merge(&a, &b)?;
            prop_assert_eq!(&merged, &merge(&b, &a)?);
            prop_assert_eq!(merged.len(), base.len() + left.len() + right.len());
            prop_assert_eq!(&merged, &merge(&merged, &b)?);
            prop_assert_eq!(merge(&merged, &c)?, merge(&a, &merge(&b, &c)?)?);
            for own in [&a, &b] {
                let kept: Vec<_> = merged.iter().filter(|entry| own.contains(entry)).collect();
                prop_assert_eq!(kept.len(), own.len());
            }
        }
    }

    #[test]
    fn a_changed_missing_or_contradicting_entry_is_found() {
        let mut journal = Vec::new();
        for text in ["一", "二", "三"] {
            append(&mut journal, origin(1), 0, text);
        }
        assert_eq!(verify(&journal), Ok(()));
        let mut changed = journal.clone();
        changed[1].body = json!({ "kind": "note", "text": "書き換え" });
        assert_eq!(verify(&changed), Err(JournalFault::Broken { origin: origin(1), seq: 2 }));
        let missing = [journal[0].clone(), journal[2].clone()];
        assert_eq!(verify(&missing), Err(JournalFault::Gap { origin: origin(1), seq: 2 }));
        let mut other = journal[..2].to_vec();
        append(&mut other, origin(1), 0, "別の三");
        assert_eq!(merge(&journal, &other), Err(JournalFault::Forked { origin: origin(1), seq: 3 }));
    }

    #[test]
    fn the_order_of_members_does_not_change_the_hash() {
        let mut journal = Vec::new();
        append(&mut journal, origin(1), 5, "x");
        let text = serde_json::to_string(&journal[0]).expect("writes");
        let turned = text.replace(r#"{"kind":"note","text":"x"}"#, r#"{"text":"x","kind":"note"}"#);
        let read: Entry = serde_json::from_str(&turned).expect("reads");
        assert_eq!(read.seal(), journal[0].hash);
    }
}
