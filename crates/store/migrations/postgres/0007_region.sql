-- The centre of a region: what waits for correlation, cases, notices and what came back, objects of exchange.
-- Seconds the sensor's clock was ahead of ours when its newest report came.
ALTER TABLE sensor ADD COLUMN clock_ahead BIGINT NOT NULL DEFAULT 0;
-- Who may do something that only one server process does at a time.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_at BIGINT NOT NULL
);
-- Touches and signals in the order they came. Rows stay, marked as done, until the correlator's memory that holds them is kept.
CREATE TABLE arrival (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id UUID NOT NULL,
    arrived_at BIGINT NOT NULL,
    clock_ahead BIGINT NOT NULL,
    sensor_id UUID NOT NULL,
    number BIGINT,
    signal TEXT,
    done BIGINT NOT NULL
);
CREATE INDEX arrival_by_state ON arrival (done, seq);
CREATE TABLE correlator (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE TABLE region_case (
    id UUID PRIMARY KEY,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    into_id UUID,
    closed_at BIGINT,
    closed_by TEXT,
    closed_why TEXT
);
CREATE INDEX region_case_by_state ON region_case (state, changed_at);
CREATE TABLE region_case_facility (
    case_id UUID NOT NULL REFERENCES region_case (id),
    facility_id UUID NOT NULL REFERENCES facility (id),
    PRIMARY KEY (case_id, facility_id)
);
CREATE INDEX region_case_of_facility ON region_case_facility (facility_id, case_id);
-- What people write down about a case, a member or a shift: never changed.
CREATE TABLE region_entry (
    id UUID PRIMARY KEY,
    about TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX region_entry_about ON region_entry (about, at, id);
CREATE TABLE notice (
    id UUID PRIMARY KEY,
    number TEXT UNIQUE,
    edition BIGINT NOT NULL,
    state TEXT NOT NULL,
    poll BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    sent_at BIGINT,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- The next edition, while it is being written.
    draft TEXT
);
CREATE INDEX notice_by_change ON notice (changed_at, id);
CREATE TABLE notice_edition (
    notice_id UUID NOT NULL REFERENCES notice (id),
    edition BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (notice_id, edition)
);
CREATE TABLE notice_to (
    notice_id UUID NOT NULL REFERENCES notice (id),
    facility_id UUID NOT NULL REFERENCES facility (id),
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (notice_id, facility_id)
);
CREATE INDEX notice_to_facility ON notice_to (facility_id, sent_at);
CREATE TABLE receipt (
    notice_id UUID NOT NULL REFERENCES notice (id),
    edition BIGINT NOT NULL,
    facility_id UUID NOT NULL REFERENCES facility (id),
    stage TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    taken_by TEXT,
    PRIMARY KEY (notice_id, edition, facility_id, stage)
);
CREATE INDEX receipt_of_facility ON receipt (facility_id, notice_id);
CREATE TABLE poll_answer (
    id UUID PRIMARY KEY,
    notice_id UUID NOT NULL REFERENCES notice (id),
    facility_id UUID NOT NULL REFERENCES facility (id),
    at BIGINT NOT NULL,
    affected TEXT NOT NULL,
    by_name TEXT NOT NULL
);
CREATE INDEX poll_answer_of_notice ON poll_answer (notice_id, facility_id, at);
-- Nothing here says who reported: no facility, no person, and the day only; ids are random.
CREATE TABLE anonymous_report (
    id UUID PRIMARY KEY,
    on_day TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE exchange_object (
    collection TEXT NOT NULL,
    seq BIGINT NOT NULL,
    object_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, seq),
    UNIQUE (collection, object_id, version)
);
CREATE INDEX exchange_object_by_day ON exchange_object (collection, added_at, seq);
