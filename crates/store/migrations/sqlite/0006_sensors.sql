-- Decoy sensors and what touched them. A sensor comes in by a code that works once; code and token are kept as hashes.
CREATE TABLE sensor_code (
    code_hash BLOB PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sensor (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    enrolled_at INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    fault TEXT,
    health TEXT,
    heard_at INTEGER,
    retired_at INTEGER
) STRICT;
CREATE INDEX sensor_by_facility ON sensor (facility_id, id);
-- One row a touch; `line` is what the sensor signed, byte for byte.
CREATE TABLE touch (
    sensor_id TEXT NOT NULL REFERENCES sensor (id),
    number INTEGER NOT NULL,
    facility_id TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret_hash TEXT,
    line TEXT NOT NULL,
    PRIMARY KEY (sensor_id, number, arrived_at)
) STRICT;
CREATE INDEX touch_by_facility ON touch (facility_id, arrived_at, sensor_id, number);
CREATE INDEX touch_by_source ON touch (source, arrived_at);
CREATE INDEX touch_by_secret ON touch (secret_hash, arrived_at);
