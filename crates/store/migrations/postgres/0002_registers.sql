-- Rows of the registers people keep by hand; the body is JSON of the kind's type in `crates/model`.
-- The shelf says whose it is: the facility's id, or `installation` for what all facilities share.
CREATE TABLE record (
    id UUID PRIMARY KEY,
    facility_id UUID REFERENCES facility (id),
    shelf TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    natural_key TEXT COLLATE "C",
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    retired_at BIGINT
);
CREATE INDEX record_by_kind ON record (shelf, kind, id);
-- One row in use per natural key on a shelf.
CREATE UNIQUE INDEX record_key ON record (shelf, kind, natural_key) WHERE natural_key IS NOT NULL AND retired_at IS NULL;
