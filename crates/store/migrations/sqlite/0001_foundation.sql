-- Ids are UUIDs as text; instants are microseconds since 1970 UTC; booleans are 0 or 1; lists and objects are JSON text.
-- The PostgreSQL twin has the same tables and columns; a test compares them.

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE facility (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    prefecture INTEGER NOT NULL,
    beds INTEGER NOT NULL,
    it_staff_tenths INTEGER NOT NULL,
    questionnaires TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    lang TEXT NOT NULL,
    password_hash TEXT,
    totp_secret BLOB,
    totp_step INTEGER,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE membership (
    person_id TEXT NOT NULL REFERENCES person (id),
    facility_id TEXT REFERENCES facility (id),
    role TEXT NOT NULL,
    granted_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX membership_at_facility ON membership (person_id, facility_id, role) WHERE facility_id IS NOT NULL;
CREATE UNIQUE INDEX membership_of_installation ON membership (person_id, role) WHERE facility_id IS NULL;
CREATE INDEX membership_by_facility ON membership (facility_id);

CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX passkey_by_person ON passkey (person_id);

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    csrf TEXT NOT NULL,
    second_factor_done INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE ceremony (
    token_hash BLOB PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE throttle (
    key_hash BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;

CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    read_only INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_token_by_person ON api_token (person_id);

-- What belongs to an assessment refers to (facility_id, id), so that no row can hang on another facility's assessment.
CREATE TABLE assessment (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    questionnaire TEXT NOT NULL,
    edition TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    respondent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (facility_id, id),
    UNIQUE (facility_id, questionnaire, fiscal_year, respondent)
) STRICT;

CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    questions TEXT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    first_used_at INTEGER,
    UNIQUE (facility_id, id),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
) STRICT;
CREATE INDEX invitation_by_assessment ON invitation (assessment_id);

CREATE TABLE answer (
    facility_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    question TEXT NOT NULL,
    level INTEGER CHECK (level BETWEEN 0 AND 3),
    reason TEXT,
    standing TEXT NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (assessment_id, question),
    CHECK ((level IS NULL) <> (reason IS NULL)),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
) STRICT;

CREATE TABLE answer_history (
    facility_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    question TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER,
    reason TEXT,
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (assessment_id, question, version),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
) STRICT;

CREATE TABLE comment (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
) STRICT;
CREATE INDEX comment_by_question ON comment (assessment_id, question);

CREATE TABLE handover (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    question TEXT NOT NULL,
    to_name TEXT NOT NULL,
    to_kind TEXT NOT NULL,
    message TEXT NOT NULL,
    person_id TEXT REFERENCES person (id),
    invitation_id TEXT,
    state TEXT NOT NULL,
    handed_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id),
    FOREIGN KEY (facility_id, invitation_id) REFERENCES invitation (facility_id, id)
) STRICT;
CREATE INDEX handover_by_assessment ON handover (assessment_id);
CREATE INDEX handover_by_person ON handover (person_id);
CREATE INDEX handover_by_invitation ON handover (invitation_id);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    assessment_id TEXT,
    question TEXT,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
) STRICT;
CREATE INDEX document_by_assessment ON document (assessment_id, question);
CREATE INDEX document_by_facility ON document (facility_id);
CREATE INDEX document_by_content ON document (sha256);

CREATE TABLE journal_head (
    chain TEXT NOT NULL,
    day TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (chain, day)
) STRICT;

CREATE TABLE journal (
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before_hash BLOB,
    after_hash BLOB,
    detail TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;

-- The chain makes changes evident; these make accidental ones impossible.
CREATE TRIGGER journal_is_not_updated BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER history_is_not_updated BEFORE UPDATE ON answer_history
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON answer_history
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
