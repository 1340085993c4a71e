-- Drills and incidents. What happens in them is in the entries, which are never changed or removed.
CREATE TABLE room (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    setup TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX room_by_facility ON room (facility_id, kind, id);
CREATE TABLE room_entry (
    room_id TEXT NOT NULL REFERENCES room (id),
    origin TEXT NOT NULL,
    seq INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    once_key TEXT,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (room_id, origin, seq)
) STRICT;
CREATE INDEX room_entry_in_order ON room_entry (room_id, tick, origin, seq);
CREATE INDEX room_entry_once ON room_entry (room_id, once_key);
-- How people without an account come in: a door for one purpose, and the seats of those who came. Token and seat are
-- kept as hashes only; the short code is for typing and works only while the door is open.
CREATE TABLE door (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    purpose TEXT NOT NULL,
    target_id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    choice TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX door_by_target ON door (facility_id, purpose, target_id);
CREATE TABLE seat (
    id TEXT PRIMARY KEY,
    door_id TEXT NOT NULL REFERENCES door (id),
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX seat_by_door ON seat (door_id, id);
