-- Decoy sensors and what touched them. A sensor comes in by a code that works once; code and token are kept as hashes.
CREATE TABLE sensor_code (
    code_hash BYTEA PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE sensor (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    enrolled_at BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    fault TEXT,
    health TEXT,
    heard_at BIGINT,
    retired_at BIGINT
);
CREATE INDEX sensor_by_facility ON sensor (facility_id, id);
-- One row a touch; `line` is what the sensor signed, byte for byte. By month of arrival, so that a month is let go at once;
-- the parts are made when first needed (crates/store/src/touches.rs).
CREATE TABLE touch (
    sensor_id UUID NOT NULL REFERENCES sensor (id),
    number BIGINT NOT NULL,
    facility_id UUID NOT NULL,
    arrived_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret_hash TEXT,
    line TEXT NOT NULL,
    PRIMARY KEY (sensor_id, number, arrived_at)
) PARTITION BY RANGE (arrived_at);
CREATE TABLE touch_rest PARTITION OF touch DEFAULT;
CREATE INDEX touch_by_facility ON touch (facility_id, arrived_at, sensor_id, number);
CREATE INDEX touch_by_source ON touch (source, arrived_at);
CREATE INDEX touch_by_secret ON touch (secret_hash, arrived_at);
