-- The centre of a region: what waits for correlation, cases, notices and what came back, objects of exchange.
-- Seconds the sensor's clock was ahead of ours when its newest report came.
ALTER TABLE sensor ADD COLUMN clock_ahead INTEGER NOT NULL DEFAULT 0;
-- Who may do something that only one server process does at a time.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;
-- Touches and signals in the order they came. Rows stay, marked as done, until the correlator's memory that holds them is kept.
CREATE TABLE arrival (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    facility_id TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    clock_ahead INTEGER NOT NULL,
    sensor_id TEXT NOT NULL,
    number INTEGER,
    signal TEXT,
    done INTEGER NOT NULL
) STRICT;
CREATE INDEX arrival_by_state ON arrival (done, seq);
CREATE TABLE correlator (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;
CREATE TABLE region_case (
    id TEXT PRIMARY KEY,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    into_id TEXT,
    closed_at INTEGER,
    closed_by TEXT,
    closed_why TEXT
) STRICT;
CREATE INDEX region_case_by_state ON region_case (state, changed_at);
CREATE TABLE region_case_facility (
    case_id TEXT NOT NULL REFERENCES region_case (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    PRIMARY KEY (case_id, facility_id)
) STRICT;
CREATE INDEX region_case_of_facility ON region_case_facility (facility_id, case_id);
-- What people write down about a case, a member or a shift: never changed.
CREATE TABLE region_entry (
    id TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX region_entry_about ON region_entry (about, at, id);
CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    number TEXT UNIQUE,
    edition INTEGER NOT NULL,
    state TEXT NOT NULL,
    poll INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    sent_at INTEGER,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- The next edition, while it is being written.
    draft TEXT
) STRICT;
CREATE INDEX notice_by_change ON notice (changed_at, id);
CREATE TABLE notice_edition (
    notice_id TEXT NOT NULL REFERENCES notice (id),
    edition INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (notice_id, edition)
) STRICT;
CREATE TABLE notice_to (
    notice_id TEXT NOT NULL REFERENCES notice (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (notice_id, facility_id)
) STRICT;
CREATE INDEX notice_to_facility ON notice_to (facility_id, sent_at);
CREATE TABLE receipt (
    notice_id TEXT NOT NULL REFERENCES notice (id),
    edition INTEGER NOT NULL,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    stage TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_name TEXT NOT NULL,
    taken_by TEXT,
    PRIMARY KEY (notice_id, edition, facility_id, stage)
) STRICT;
CREATE INDEX receipt_of_facility ON receipt (facility_id, notice_id);
CREATE TABLE poll_answer (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notice (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    at INTEGER NOT NULL,
    affected TEXT NOT NULL,
    by_name TEXT NOT NULL
) STRICT;
CREATE INDEX poll_answer_of_notice ON poll_answer (notice_id, facility_id, at);
-- Nothing here says who reported: no facility, no person, and the day only; nor in which order (ids are random, no row numbers).
CREATE TABLE anonymous_report (
    id TEXT PRIMARY KEY,
    on_day TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE exchange_object (
    collection TEXT NOT NULL,
    seq INTEGER NOT NULL,
    object_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, seq),
    UNIQUE (collection, object_id, version)
) STRICT;
CREATE INDEX exchange_object_by_day ON exchange_object (collection, added_at, seq);
