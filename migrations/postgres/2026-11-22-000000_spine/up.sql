-- The spine: everything one round needs, from the trust to the released result. The twin of the SQLite migration of this name.
--
-- Scoping. Every table of a trust carries organisation_id, and every reference is composite, (organisation_id, parent), so that no row
-- can point at a row of another trust whatever the program does.
--
-- Silence about time. invitations, links, spent_links, drafts, ballots and bundles have no column that holds a time or counts anything,
-- there are no triggers and no sequences, and no index covers a column that changes when somebody answers.
--
-- What PostgreSQL keeps all the same: a row's place (ctid) and transaction (xmin) tell in which order rows came and which came together,
-- a deleted row stays in its page until it is overwritten, and the write-ahead log holds everything for a while. So ballots, drafts and
-- links are worth nothing without a round's key, which lies in a table of its own, small enough to be written anew when the key is
-- destroyed at the count (`Storage::forget_order`). SECURITY.md has the attacks and the figures.
--
-- Text is compared by its bytes (COLLATE "C"), as SQLite does.

CREATE TABLE organisations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    contact_name TEXT COLLATE "C" NOT NULL,
    contact_email TEXT COLLATE "C" NOT NULL,
    concerns_route TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE frameworks (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, key, version)
);

CREATE INDEX frameworks_by_age ON frameworks (organisation_id, created_at, id);

CREATE TABLE rounds (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    framework_id TEXT COLLATE "C" NOT NULL,
    policy TEXT COLLATE "C" NOT NULL,
    rater_groups TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    closes_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    launched_at TIMESTAMP,
    closed_at TIMESTAMP,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, framework_id) REFERENCES frameworks (organisation_id, id)
);

CREATE INDEX rounds_by_age ON rounds (organisation_id, created_at, id);
CREATE INDEX rounds_by_framework ON rounds (organisation_id, framework_id);
CREATE INDEX rounds_by_deadline ON rounds (state, closes_at);

-- The key pair of a round. Apart from the round, so that it can be destroyed alone.
CREATE TABLE round_keys (
    organisation_id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    public BYTEA NOT NULL,
    sealed_private BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, round_id),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
);

CREATE TABLE reviews (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    subject_name TEXT COLLATE "C" NOT NULL,
    subject_email TEXT COLLATE "C" NOT NULL,
    subject_role TEXT COLLATE "C" NOT NULL,
    facilitator_name TEXT COLLATE "C" NOT NULL,
    facilitator_email TEXT COLLATE "C" NOT NULL,
    progress TEXT COLLATE "C" NOT NULL,
    progress_at TIMESTAMP,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, round_id, id),
    UNIQUE (organisation_id, round_id, subject_email),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX reviews_by_facilitator ON reviews (organisation_id, facilitator_email);
CREATE INDEX reviews_by_release ON reviews (progress, progress_at);

CREATE TABLE raters (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, email),
    UNIQUE (organisation_id, round_id, review_id, id),
    FOREIGN KEY (organisation_id, round_id, review_id) REFERENCES reviews (organisation_id, round_id, id) ON DELETE CASCADE
);

CREATE TABLE invitations (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    rater_id TEXT COLLATE "C" NOT NULL,
    used BOOLEAN NOT NULL,
    declined BOOLEAN NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    receipt_sent BOOLEAN NOT NULL,
    delivery TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, rater_id),
    FOREIGN KEY (organisation_id, round_id, review_id, rater_id)
        REFERENCES raters (organisation_id, round_id, review_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);

CREATE INDEX invitations_by_review ON invitations (organisation_id, round_id, review_id, rater_id);

-- A link that still works. Ending it is deleting the row.
CREATE TABLE links (
    hash BYTEA NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    organisation_id TEXT COLLATE "C" NOT NULL,
    invitation_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (organisation_id, invitation_id),
    FOREIGN KEY (organisation_id, invitation_id) REFERENCES invitations (organisation_id, id) ON DELETE CASCADE
);

-- The tombstone of a link that no longer works, under a hash of its hash: it names no invitation and no rater.
CREATE TABLE spent_links (
    hash BYTEA NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    organisation_id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (organisation_id, round_id, review_id) REFERENCES reviews (organisation_id, round_id, id)
);

CREATE INDEX spent_links_by_review ON spent_links (organisation_id, round_id, review_id);

CREATE TABLE drafts (
    organisation_id TEXT COLLATE "C" NOT NULL,
    invitation_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, invitation_id),
    FOREIGN KEY (organisation_id, invitation_id) REFERENCES invitations (organisation_id, id) ON DELETE CASCADE
);

-- The ballot box. Nothing here or elsewhere says whose, from which group, or when.
CREATE TABLE ballots (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, review_id, id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
);

-- Sealed bytes do not become smaller.
ALTER TABLE ballots ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE drafts ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE TABLE bundles (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
);

CREATE TABLE results (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
);

CREATE TABLE redactions (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    comment_id TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, review_id, comment_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES results (organisation_id, review_id)
);

CREATE TABLE accounts (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    id TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    administrator BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, email)
);

CREATE TABLE clients (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    secret_hash BYTEA NOT NULL CHECK (length(secret_hash) = 32),
    created_at TIMESTAMP NOT NULL
);

CREATE INDEX clients_by_organisation ON clients (organisation_id);

-- A job that is done has no row.
CREATE TABLE jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    dedupe TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    run_at TIMESTAMP NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT COLLATE "C"
);

CREATE UNIQUE INDEX jobs_waiting_once ON jobs (organisation_id, dedupe) WHERE state = 'waiting' AND dedupe IS NOT NULL;
CREATE INDEX jobs_by_time ON jobs (state, run_at);
CREATE INDEX jobs_by_organisation ON jobs (organisation_id, id);

CREATE TABLE audit_log (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    id TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, at, id)
);

CREATE TABLE idempotency_keys (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    key_hash TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    status INTEGER,
    content_type TEXT COLLATE "C",
    body TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, key_hash)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The service's own, of no trust: the keys that sign its tokens, and the proof that the server key fits this database.
CREATE TABLE signing_keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public BYTEA NOT NULL,
    sealed_private BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE key_check (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BYTEA NOT NULL
);
