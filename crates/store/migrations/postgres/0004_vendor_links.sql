-- What a facility asks of a vendor through a link. The token and the PIN are kept as hashes only; what the vendor has put
-- down so far waits in `draft`.
CREATE TABLE vendor_request (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    vendor_id UUID NOT NULL,
    vendor_name TEXT NOT NULL,
    ask TEXT NOT NULL,
    message TEXT NOT NULL,
    due TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    pin_hash BYTEA,
    wrong_pins BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    answered_at BIGINT,
    revoked_at BIGINT,
    reminders TEXT NOT NULL,
    draft TEXT,
    draft_at BIGINT
);
CREATE INDEX vendor_request_by_facility ON vendor_request (facility_id, id);
