-- The twin of ../sqlite/0001_foundation.sql: same tables, same columns. Ids are UUID; instants are microseconds since
-- 1970 UTC, as there, so that both databases compare and round them alike; keys sort by bytes (COLLATE "C"), as there.

CREATE TABLE setting (
    key TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE facility (
    id UUID PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    prefecture BIGINT NOT NULL,
    beds BIGINT NOT NULL,
    it_staff_tenths BIGINT NOT NULL,
    questionnaires TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT COLLATE "C" NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    lang TEXT NOT NULL,
    password_hash TEXT,
    totp_secret BYTEA,
    totp_step BIGINT,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE membership (
    person_id UUID NOT NULL REFERENCES person (id),
    facility_id UUID REFERENCES facility (id),
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX membership_at_facility ON membership (person_id, facility_id, role) WHERE facility_id IS NOT NULL;
CREATE UNIQUE INDEX membership_of_installation ON membership (person_id, role) WHERE facility_id IS NULL;
CREATE INDEX membership_by_facility ON membership (facility_id);

CREATE TABLE passkey (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT COLLATE "C" NOT NULL,
    credential_id BYTEA NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkey_by_person ON passkey (person_id);

CREATE TABLE session (
    token_hash BYTEA PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    csrf TEXT NOT NULL,
    second_factor_done BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE ceremony (
    token_hash BYTEA PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE throttle (
    key_hash BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);

CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    read_only BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_token_by_person ON api_token (person_id);

-- What belongs to an assessment refers to (facility_id, id), so that no row can hang on another facility's assessment.
CREATE TABLE assessment (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    questionnaire TEXT COLLATE "C" NOT NULL,
    edition TEXT NOT NULL,
    fiscal_year BIGINT NOT NULL,
    respondent TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    UNIQUE (facility_id, id),
    UNIQUE (facility_id, questionnaire, fiscal_year, respondent)
);

CREATE TABLE invitation (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL,
    assessment_id UUID NOT NULL,
    questions TEXT,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    first_used_at BIGINT,
    UNIQUE (facility_id, id),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
);
CREATE INDEX invitation_by_assessment ON invitation (assessment_id);

CREATE TABLE answer (
    facility_id UUID NOT NULL,
    assessment_id UUID NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    level BIGINT CHECK (level BETWEEN 0 AND 3),
    reason TEXT,
    standing TEXT NOT NULL,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (assessment_id, question),
    CHECK ((level IS NULL) <> (reason IS NULL)),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
);

CREATE TABLE answer_history (
    facility_id UUID NOT NULL,
    assessment_id UUID NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    level BIGINT,
    reason TEXT,
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (assessment_id, question, version),
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
);

CREATE TABLE comment (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL,
    assessment_id UUID NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
);
CREATE INDEX comment_by_question ON comment (assessment_id, question);

CREATE TABLE handover (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL,
    assessment_id UUID NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    to_name TEXT NOT NULL,
    to_kind TEXT NOT NULL,
    message TEXT NOT NULL,
    person_id UUID REFERENCES person (id),
    invitation_id UUID,
    state TEXT NOT NULL,
    handed_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id),
    FOREIGN KEY (facility_id, invitation_id) REFERENCES invitation (facility_id, id)
);
CREATE INDEX handover_by_assessment ON handover (assessment_id);
CREATE INDEX handover_by_person ON handover (person_id);
CREATE INDEX handover_by_invitation ON handover (invitation_id);

CREATE TABLE document (
    id UUID PRIMARY KEY,
    facility_id UUID NOT NULL REFERENCES facility (id),
    assessment_id UUID,
    question TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    FOREIGN KEY (facility_id, assessment_id) REFERENCES assessment (facility_id, id)
);
CREATE INDEX document_by_assessment ON document (assessment_id, question);
CREATE INDEX document_by_facility ON document (facility_id);
CREATE INDEX document_by_content ON document (sha256);

CREATE TABLE journal_head (
    chain TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (chain, day)
);

CREATE TABLE journal (
    chain TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before_hash BYTEA,
    after_hash BYTEA,
    detail TEXT NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- The chain makes changes evident; these make accidental ones impossible.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this table is append-only';
END $$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON answer_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
