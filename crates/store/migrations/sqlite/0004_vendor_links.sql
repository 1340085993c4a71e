-- What a facility asks of a vendor through a link. The token and the PIN are kept as hashes only; what the vendor has put
-- down so far waits in `draft`.
CREATE TABLE vendor_request (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    vendor_id TEXT NOT NULL,
    vendor_name TEXT NOT NULL,
    ask TEXT NOT NULL,
    message TEXT NOT NULL,
    due TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    pin_hash BLOB,
    wrong_pins INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    opened_at INTEGER,
    answered_at INTEGER,
    revoked_at INTEGER,
    reminders TEXT NOT NULL,
    draft TEXT,
    draft_at INTEGER
) STRICT;
CREATE INDEX vendor_request_by_facility ON vendor_request (facility_id, id);
