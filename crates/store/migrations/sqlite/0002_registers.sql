-- Rows of the registers people keep by hand; the body is JSON of the kind's type in `crates/model`.
-- The shelf says whose it is: the facility's id, or `installation` for what all facilities share.
CREATE TABLE record (
    id TEXT PRIMARY KEY,
    facility_id TEXT REFERENCES facility (id),
    shelf TEXT NOT NULL,
    kind TEXT NOT NULL,
    natural_key TEXT,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    retired_at INTEGER
) STRICT;
CREATE INDEX record_by_kind ON record (shelf, kind, id);
-- One row in use per natural key on a shelf.
CREATE UNIQUE INDEX record_key ON record (shelf, kind, natural_key) WHERE natural_key IS NOT NULL AND retired_at IS NULL;
