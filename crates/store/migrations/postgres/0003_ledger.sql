-- The device ledger. What a row says is `body` (JSON of `Asset` without its empty fields); the columns beside it are
-- what lists filter and sort by: texts as their search keys, bits of `marks` as in `crates/model/src/ledger/mark.rs`.
CREATE TABLE asset (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    number_key TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    owner_key TEXT COLLATE "C" NOT NULL,
    place_key TEXT COLLATE "C" NOT NULL,
    maker_key TEXT COLLATE "C" NOT NULL,
    model_key TEXT COLLATE "C" NOT NULL,
    serial_key TEXT COLLATE "C" NOT NULL,
    os_key TEXT COLLATE "C" NOT NULL,
    firmware_key TEXT COLLATE "C" NOT NULL,
    ip_key TEXT COLLATE "C" NOT NULL,
    mac_key TEXT COLLATE "C" NOT NULL,
    segment_key TEXT COLLATE "C" NOT NULL,
    system_id UUID,
    vendor_id UUID,
    remote_maintenance BIGINT,
    support_ends TEXT COLLATE "C",
    last_seen TEXT COLLATE "C",
    rto_hours BIGINT,
    rpo_hours BIGINT,
    clinical_importance BIGINT,
    recovery_order BIGINT,
    marks BIGINT NOT NULL,
    search TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    retired_at BIGINT
);
-- One device in use per management number of a facility.
CREATE UNIQUE INDEX asset_number ON asset (facility_id, number_key) WHERE number_key <> '' AND retired_at IS NULL;
-- What the counts above the list are made from, without reading the rows.
CREATE INDEX asset_counts ON asset (facility_id, kind, marks, support_ends, retired_at) WHERE retired_at IS NULL;
-- As they were made, which is also how rows without a value follow those with one.
CREATE INDEX asset_by_id ON asset (facility_id, id) WHERE retired_at IS NULL;
CREATE INDEX asset_retired ON asset (facility_id, id) WHERE retired_at IS NOT NULL;
CREATE INDEX asset_by_name ON asset (facility_id, name_key, id) WHERE retired_at IS NULL;
CREATE INDEX asset_by_number ON asset (facility_id, number_key, id) WHERE retired_at IS NULL;
CREATE INDEX asset_by_owner ON asset (facility_id, owner_key, id) WHERE retired_at IS NULL;
CREATE INDEX asset_by_place ON asset (facility_id, place_key, id) WHERE retired_at IS NULL;
CREATE INDEX asset_by_support_ends ON asset (facility_id, support_ends, id) WHERE retired_at IS NULL;
CREATE INDEX asset_by_change ON asset (facility_id, changed_at) WHERE retired_at IS NULL;

-- Changes made together; the log has one entry for each.
CREATE TABLE asset_batch (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    why TEXT COLLATE "C" NOT NULL,
    rows BIGINT NOT NULL,
    undoes UUID,
    undone_by UUID,
    actor TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX asset_batch_by_time ON asset_batch (facility_id, id);

-- What a row said in each of its versions; `hash` is the SHA-256 of the body.
CREATE TABLE asset_history (
    facility_id UUID NOT NULL REFERENCES facility (id),
    asset_id UUID NOT NULL REFERENCES asset (id),
    version BIGINT NOT NULL,
    batch_id UUID NOT NULL REFERENCES asset_batch (id),
    body TEXT NOT NULL,
    hash BYTEA NOT NULL,
    retired_at BIGINT,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (asset_id, version)
);
CREATE INDEX asset_history_by_batch ON asset_history (batch_id);
