-- Drills and incidents. What happens in them is in the entries, which are never changed or removed.
CREATE TABLE room (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    setup TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX room_by_facility ON room (facility_id, kind, id);
CREATE TABLE room_entry (
    room_id UUID NOT NULL REFERENCES room (id),
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    tick BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    once_key TEXT,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (room_id, origin, seq)
);
CREATE INDEX room_entry_in_order ON room_entry (room_id, tick, origin, seq);
CREATE INDEX room_entry_once ON room_entry (room_id, once_key);
-- How people without an account come in: a door for one purpose, and the seats of those who came. Token and seat are
-- kept as hashes only; the short code is for typing and works only while the door is open.
CREATE TABLE door (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    purpose TEXT NOT NULL,
    target_id UUID NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    choice TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX door_by_target ON door (facility_id, purpose, target_id);
CREATE TABLE seat (
    id UUID PRIMARY KEY,
    door_id UUID NOT NULL REFERENCES door (id),
    token_hash BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX seat_by_door ON seat (door_id, id);
