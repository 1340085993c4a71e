//! Rooms (drills, incidents) and their journals. Entries are only ever added; shown is what was added.
//!
//! Each open store writes under an [`OriginId`] of its own, made when it was opened: a data directory that was copied to a
//! laptop, or a second server on the same database, never writes under the same one.

use crate::db::{Backend as _, Id, boxed, change, from_json, from_row, json, on_both_connections, read, undecodable};
use crate::journal::{Log as _, hash_from, seq_from};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, OriginId, RoomId};
use hakutaku_model::journal::{Chain, Hash};
use hakutaku_model::room::{Draft, Entry, JournalFault, JournalFile, Room, RoomKind, Tail, verify};
use hakutaku_model::time::Ts;
use serde_json::Value;
use std::collections::BTreeSet;

/// An entry's content longer than this is refused: 1 MiB. Photos and recordings are documents, named by their id.
const LARGEST_ENTRY: usize = 1024 * 1024;
/// What a room begins with may be larger: 4 MiB.
const LARGEST_SETUP: usize = 4 * 1024 * 1024;

pub(crate) struct RoomRow(pub(crate) Room);

from_row!(RoomRow, row => {
    Self(Room {
        id: row.try_get::<Id, _>("id")?.0.into(),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        kind: crate::db::from_word(row.try_get("kind")?)?,
        title: row.try_get("title")?,
        setup: from_json(&row.try_get::<String, _>("setup")?)?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(Ts::from_micros),
    })
});

/// Whether an entry is small enough, and of characters every database keeps.
fn fits(draft: &Draft) -> Result<()> {
    let text = json(&draft.body)?;
    if text.len() > LARGEST_ENTRY || text.contains("\\u0000") {
        return Err(StoreError::Invalid(
            "an entry is longer than 1 MiB or holds a character that no keyboard types".to_owned(),
        ));
    }
    Ok(())
}

struct EntryRow(Entry);

from_row!(EntryRow, row => {
    Self(Entry {
        room: row.try_get::<Id, _>("room_id")?.0.into(),
        origin: row.try_get::<Id, _>("origin")?.0.into(),
        seq: seq_from(row.try_get("seq")?)?,
        tick: seq_from(row.try_get("tick")?)?,
        at: Ts::from_micros(row.try_get("at")?),
        author: from_json(&row.try_get::<String, _>("author")?)?,
        body: from_json(&row.try_get::<String, _>("body")?)?,
        once: row.try_get("once_key")?,
        previous: hash_from(row.try_get("previous_hash")?)?,
        hash: hash_from(row.try_get("hash")?)?,
    })
});

struct Count(i64);

from_row!(Count, row => { Self(row.try_get("count")?) });

struct TailRow {
    seq: u64,
    hash: Hash,
}

from_row!(TailRow, row => { Self { seq: seq_from(row.try_get("seq")?)?, hash: hash_from(row.try_get("hash")?)? } });

struct Tick(Option<i64>);

from_row!(Tick, row => { Self(row.try_get("tick")?) });

on_both_connections! {
    /// Rooms within a transaction.
    Rooms {
        async fn find_room(con, id: RoomId) -> Option<Room> {
            let row: Option<RoomRow> =
                sqlx::query_as("SELECT * FROM room WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?;
            row.map(|row| row.0)
        }

        async fn insert_room(con, room: &Room) -> () {
            sqlx::query("INSERT INTO room (id, facility_id, kind, title, setup, created_at, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .bind(Id(room.id.0))
                .bind(Id(room.facility.0))
                .bind(crate::db::word(room.kind))
                .bind(&room.title)
                .bind(json(&room.setup)?)
                .bind(room.created_at.micros())
                .bind(room.closed_at.map(Ts::micros))
                .execute(&mut *con)
                .await?;
        }

        async fn set_closed(con, id: RoomId, at: Ts) -> () {
            sqlx::query("UPDATE room SET closed_at = $1 WHERE id = $2")
                .bind(at.micros())
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
        }

        async fn tail_of(con, room: RoomId, origin: OriginId) -> Tail {
            let own: Option<TailRow> = sqlx::query_as(
                "SELECT seq, hash FROM room_entry WHERE room_id = $1 AND origin = $2 ORDER BY seq DESC LIMIT 1",
            )
            .bind(Id(room.0))
            .bind(Id(origin.0))
            .fetch_optional(&mut *con)
            .await?;
            let tick: Tick = sqlx::query_as("SELECT MAX(tick) AS tick FROM room_entry WHERE room_id = $1")
                .bind(Id(room.0))
                .fetch_one(&mut *con)
                .await?;
            let tick = u64::try_from(tick.0.unwrap_or(0)).map_err(undecodable)?;
            own.map_or(Tail { tick, ..Tail::EMPTY }, |own| Tail { seq: own.seq, hash: own.hash, tick })
        }

        async fn has_once(con, room: RoomId, once: &str) -> bool {
            let found: Count = sqlx::query_as("SELECT COUNT(*) AS count FROM room_entry WHERE room_id = $1 AND once_key = $2")
                .bind(Id(room.0))
                .bind(once)
                .fetch_one(&mut *con)
                .await?;
            found.0 > 0
        }

        async fn insert_entry(con, entry: &Entry) -> () {
            sqlx::query(
                "INSERT INTO room_entry (room_id, origin, seq, tick, at, author, body, once_key, previous_hash, hash) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(Id(entry.room.0))
            .bind(Id(entry.origin.0))
            .bind(entry.seq.cast_signed())
            .bind(entry.tick.cast_signed())
            .bind(entry.at.micros())
            .bind(json(&entry.author)?)
            .bind(json(&entry.body)?)
            .bind(&entry.once)
            .bind(entry.previous.0.to_vec())
            .bind(entry.hash.0.to_vec())
            .execute(&mut *con)
            .await?;
        }

        async fn entries_of(con, room: RoomId) -> Vec<Entry> {
            let rows: Vec<EntryRow> =
                sqlx::query_as("SELECT * FROM room_entry WHERE room_id = $1 ORDER BY tick, origin, seq")
                    .bind(Id(room.0))
                    .fetch_all(&mut *con)
                    .await?;
            rows.into_iter().map(|row| row.0).collect()
        }
    }
}

fn object(id: RoomId) -> String {
    format!("room:{id}")
}

fn lock(id: RoomId) -> String {
    format!("room:{id}")
}

fn damaged(fault: &JournalFault) -> StoreError {
    StoreError::Invalid(fault.to_string())
}

impl Store {
    /// Under which name this open store writes journals.
    #[must_use]
    pub fn origin(&self) -> OriginId {
        self.origin_id()
    }

    /// A new room.
    ///
    /// # Errors
    /// `Invalid` for an empty title or one over 200 characters, or a setup over 4 MiB.
    #[boxed]
    pub async fn create_room(
        &self,
        act: &Act,
        facility: FacilityId,
        kind: RoomKind,
        title: &str,
        setup: &Value,
    ) -> Result<Room> {
        let title = checked("the title", title, 1, 200)?.to_owned();
        let text = json(setup)?;
        if text.len() > LARGEST_SETUP || text.contains("\\u0000") {
            return Err(StoreError::Invalid(
                "the scenario is larger than 4 MiB or holds a character that no keyboard types".to_owned(),
            ));
        }
        let room = Room {
            id: RoomId(Id::new().0),
            facility,
            kind,
            title,
            setup: setup.clone(),
            created_at: act.at,
            closed_at: None,
        };
        change!(self, Some(Chain::Facility(facility)), "making a room", con => {
            con.insert_room(&room).await?;
            let deed = act.did("room.create", object(room.id)).after(&room);
            con.append(Chain::Facility(facility), deed.with("name", &room.title)).await?;
        })?;
        Ok(room)
    }

    /// The rooms of a facility of one kind, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn rooms(&self, facility: FacilityId, kind: RoomKind) -> Result<Vec<Room>> {
        let rows: Vec<RoomRow> = read!(self, "listing rooms", con => {
            sqlx::query_as("SELECT * FROM room WHERE facility_id = $1 AND kind = $2 ORDER BY created_at DESC, id DESC")
                .bind(Id(facility.0))
                .bind(crate::db::word(kind))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The rooms of one kind that are not closed, of all facilities: what a server that starts looks after again.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn open_rooms(&self, kind: RoomKind) -> Result<Vec<Room>> {
        let rows: Vec<RoomRow> = read!(self, "listing open rooms", con => {
            sqlx::query_as("SELECT * FROM room WHERE kind = $1 AND closed_at IS NULL ORDER BY id")
                .bind(crate::db::word(kind))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// One room of a facility.
    ///
    /// # Errors
    /// `NotFound` when the facility has none with this id.
    #[boxed]
    pub async fn room(&self, facility: FacilityId, id: RoomId) -> Result<Room> {
        let room = read!(self, "reading a room", con => { con.find_room(id).await? })?;
        room.filter(|room| room.facility == facility).ok_or(StoreError::NotFound("the room"))
    }

    /// A room whoever owns it: for those whose door leads into it, the door being their right.
    ///
    /// # Errors
    /// `NotFound`.
    #[boxed]
    pub async fn room_behind(&self, id: RoomId) -> Result<Room> {
        let room = read!(self, "reading a room", con => { con.find_room(id).await? })?;
        room.ok_or(StoreError::NotFound("the room"))
    }

    /// The journal of a room, in the order everybody sees.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn entries(&self, id: RoomId) -> Result<Vec<Entry>> {
        read!(self, "reading a journal", con => { con.entries_of(id).await? })
    }

    /// How many entries a journal has: cheap, to know whether there is something new.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn entry_count(&self, id: RoomId) -> Result<u64> {
        let count: Count = read!(self, "counting a journal", con => {
            sqlx::query_as("SELECT COUNT(*) AS count FROM room_entry WHERE room_id = $1")
                .bind(Id(id.0))
                .fetch_one(&mut *con)
                .await?
        })?;
        Ok(u64::try_from(count.0).unwrap_or(0))
    }

    /// Adds entries, all or none, and returns those that were added once they are on the disk. A draft whose `once` key
    /// stands in the journal already is left out: whoever came second, or came again after a crash, did nothing.
    ///
    /// # Errors
    /// `NotFound` for an unknown room; `Conflict` when it is closed; `Invalid` for an entry over 1 MiB.
    #[boxed]
    pub async fn append_entries(&self, room: RoomId, drafts: &[Draft]) -> Result<Vec<Entry>> {
        drafts.iter().try_for_each(fits)?;
        let origin = self.origin_id();
        change!(self, None, "writing into a journal", con => {
            con.lock_chains(&[lock(room)]).await?;
            let place = con.find_room(room).await?.ok_or(StoreError::NotFound("the room"))?;
            if place.closed_at.is_some() {
                return Err(StoreError::Conflict("the room"));
            }
            let mut tail = con.tail_of(room, origin).await?;
            let mut added = Vec::with_capacity(drafts.len());
            for draft in drafts {
                if let Some(once) = &draft.once
                    && con.has_once(room, once).await?
                {
                    continue;
                }
                let entry = Entry::after(tail, room, origin, draft.clone());
                con.insert_entry(&entry).await?;
                tail = Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
                added.push(entry);
            }
            added
        })
    }

    /// Closes a room for good: nothing more is written into it. The log keeps how many entries it had.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is closed already.
    #[boxed]
    pub async fn close_room(&self, act: &Act, facility: FacilityId, id: RoomId) -> Result<Room> {
        change!(self, Some(Chain::Facility(facility)), "closing a room", con => {
            let mut room = con.find_room(id).await?.filter(|room| room.facility == facility);
            let room = room.as_mut().ok_or(StoreError::NotFound("the room"))?;
            if room.closed_at.is_some() {
                return Err(StoreError::Conflict("the room"));
            }
            room.closed_at = Some(act.at);
            con.set_closed(id, act.at).await?;
            let entries = con.entries_of(id).await?;
            let deed = act.did("room.close", object(id)).after(&entries).with("name", &room.title);
            con.append(Chain::Facility(facility), deed.with("entries", entries.len())).await?;
            room.clone()
        })
    }

    /// Adds one entry to a room that is closed: what was still outstanding then and came later, such as the number an
    /// office gives. Unlike what is written while it is open, it stands in the facility's log, too. Which entries those
    /// may be, the caller decides.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such room; `Conflict` when it is open; `Invalid` for an entry over 1 MiB.
    #[boxed]
    pub async fn append_late(&self, act: &Act, facility: FacilityId, id: RoomId, draft: &Draft) -> Result<Entry> {
        fits(draft)?;
        let origin = self.origin_id();
        change!(self, Some(Chain::Facility(facility)), "adding to a closed journal", con => {
            con.lock_chains(&[lock(id)]).await?;
            let room = con.find_room(id).await?.filter(|room| room.facility == facility);
            let room = room.ok_or(StoreError::NotFound("the room"))?;
            if room.closed_at.is_none() {
                return Err(StoreError::Conflict("the room"));
            }
            let entry = Entry::after(con.tail_of(id, origin).await?, id, origin, draft.clone());
            con.insert_entry(&entry).await?;
            let deed = act.did("room.add-late", object(id)).after(&entry).with("name", &room.title);
            con.append(Chain::Facility(facility), deed).await?;
            entry
        })
    }

    /// The journal as a file.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such room.
    #[boxed]
    pub async fn journal_file(&self, facility: FacilityId, id: RoomId) -> Result<JournalFile> {
        let room = self.room(facility, id).await?;
        let entries = self.entries(id).await?;
        Ok(JournalFile { format: hakutaku_model::room::JOURNAL_FORMAT.to_owned(), room, entries })
    }

    /// Takes a journal that was written elsewhere in: the room is made if it is not here, entries that are here already
    /// are left alone, and a room that was closed there is closed here, too. Says how many entries were new.
    ///
    /// # Errors
    /// `Invalid` when the journal is damaged, contradicts what is here, or is another facility's or another kind of room.
    #[boxed]
    pub async fn take_in_journal(&self, act: &Act, facility: FacilityId, file: &JournalFile) -> Result<usize> {
        let strangers = file.entries.iter().any(|entry| entry.room != file.room.id);
        if file.format != hakutaku_model::room::JOURNAL_FORMAT || strangers {
            return Err(StoreError::Invalid("this is not a journal of this format".to_owned()));
        }
        if file.room.facility != facility {
            return Err(StoreError::Invalid("this journal is another facility's".to_owned()));
        }
        verify(&file.entries).map_err(|fault| damaged(&fault))?;
        let id = file.room.id;
        change!(self, Some(Chain::Facility(facility)), "taking a journal in", con => {
            con.lock_chains(&[lock(id)]).await?;
            let mut closed = false;
            match con.find_room(id).await? {
                None => con.insert_room(&file.room).await?,
                Some(here) if here.facility == facility && here.kind == file.room.kind => {
                    // The earlier moment stands, as when two files are united.
                    if let Some(at) = file.room.closed_at
                        && here.closed_at.is_none_or(|known| at < known)
                    {
                        closed = here.closed_at.is_none();
                        con.set_closed(id, at).await?;
                    }
                }
                Some(_) => return Err(StoreError::Invalid("there is another room with the id of this journal".to_owned())),
            }
            let here = con.entries_of(id).await?;
            hakutaku_model::room::merge(&here, &file.entries).map_err(|fault| damaged(&fault))?;
            let known: BTreeSet<(OriginId, u64)> = here.iter().map(|entry| (entry.origin, entry.seq)).collect();
            let mut new = 0_usize;
            for entry in file.entries.iter().filter(|entry| !known.contains(&(entry.origin, entry.seq))) {
                con.insert_entry(entry).await?;
                new += 1;
            }
            let deed = act.did("room.merge", object(id)).with("name", &file.room.title).with("new", new);
            con.append(Chain::Facility(facility), deed).await?;
            if closed {
                let entries = con.entries_of(id).await?;
                let deed = act.did("room.close", object(id)).after(&entries).with("name", &file.room.title);
                con.append(Chain::Facility(facility), deed.with("entries", entries.len())).await?;
            }
            new
        })
    }
}
