-- The spine: everything one round needs, from the trust to the released result.
--
-- Scoping. Every table of a trust carries organisation_id, and every reference is composite, (organisation_id, parent), so that no row
-- can point at a row of another trust whatever the program does.
--
-- Silence about time. invitations, links, spent_links, drafts, ballots and bundles have no column that holds a time or counts anything,
-- there are no triggers, and no index covers a column that changes when somebody answers. Rows live in the order of random keys
-- (WITHOUT ROWID), so there is no rowid that counts arrivals either.
--   * `used` and `receipt_sent` are integers 0 and 1, which SQLite keeps in the record header: setting one overwrites a byte in place
--     and moves nothing within the page. That is why the link lives in `links`: wiping it deletes a row there and leaves the size of
--     the invitation alone. (Delivery changes the size, but moves with the invitation email and not with an answer.)
--   * Rows added while people answer (ballots, spent_links, drafts) do lie within their page in the order in which they came. VACUUM
--     writes every table anew in key order; `Storage::forget_order` runs it, and belongs after every close and every count.

CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    concerns_route TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE frameworks (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, key, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX frameworks_by_age ON frameworks (organisation_id, created_at, id);

CREATE TABLE rounds (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    framework_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    rater_groups TEXT NOT NULL,
    state TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    launched_at TEXT,
    closed_at TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, framework_id) REFERENCES frameworks (organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rounds_by_age ON rounds (organisation_id, created_at, id);
CREATE INDEX rounds_by_framework ON rounds (organisation_id, framework_id);
CREATE INDEX rounds_by_deadline ON rounds (state, closes_at);

-- The key pair of a round. Apart from the round, so that it can be destroyed alone.
CREATE TABLE round_keys (
    organisation_id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    public BLOB NOT NULL,
    sealed_private BLOB NOT NULL,
    PRIMARY KEY (organisation_id, round_id),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    subject_email TEXT NOT NULL,
    subject_role TEXT NOT NULL,
    facilitator_name TEXT NOT NULL,
    facilitator_email TEXT NOT NULL,
    progress TEXT NOT NULL,
    progress_at TEXT,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, round_id, id),
    UNIQUE (organisation_id, round_id, subject_email),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX reviews_by_facilitator ON reviews (organisation_id, facilitator_email);
CREATE INDEX reviews_by_release ON reviews (progress, progress_at);

CREATE TABLE raters (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    group_id TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, email),
    UNIQUE (organisation_id, round_id, review_id, id),
    FOREIGN KEY (organisation_id, round_id, review_id) REFERENCES reviews (organisation_id, round_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    rater_id TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used IN (0, 1)),
    declined INTEGER NOT NULL CHECK (declined IN (0, 1)),
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    receipt_sent INTEGER NOT NULL CHECK (receipt_sent IN (0, 1)),
    delivery TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, rater_id),
    FOREIGN KEY (organisation_id, round_id, review_id, rater_id)
        REFERENCES raters (organisation_id, round_id, review_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_review ON invitations (organisation_id, round_id, review_id, rater_id);

-- A link that still works. Wiping it is deleting the row; secure_delete writes zeros over what it held.
CREATE TABLE links (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    organisation_id TEXT NOT NULL,
    invitation_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (organisation_id, invitation_id),
    FOREIGN KEY (organisation_id, invitation_id) REFERENCES invitations (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The tombstone of a link that no longer works, under a hash of its hash: it names no invitation and no rater.
CREATE TABLE spent_links (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    organisation_id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    FOREIGN KEY (organisation_id, round_id, review_id) REFERENCES reviews (organisation_id, round_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_links_by_review ON spent_links (organisation_id, round_id, review_id);

CREATE TABLE drafts (
    organisation_id TEXT NOT NULL,
    invitation_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (organisation_id, invitation_id),
    FOREIGN KEY (organisation_id, invitation_id) REFERENCES invitations (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The ballot box. Nothing here or elsewhere says whose, from which group, or when.
CREATE TABLE ballots (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (organisation_id, review_id, id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundles (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE results (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    document TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE redactions (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, review_id, comment_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES results (organisation_id, review_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    administrator INTEGER NOT NULL CHECK (administrator IN (0, 1)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX clients_by_organisation ON clients (organisation_id);

-- A job that is done has no row.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe TEXT,
    state TEXT NOT NULL,
    run_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX jobs_waiting_once ON jobs (organisation_id, dedupe) WHERE state = 'waiting' AND dedupe IS NOT NULL;
CREATE INDEX jobs_by_time ON jobs (state, run_at);
CREATE INDEX jobs_by_organisation ON jobs (organisation_id, id);

CREATE TABLE audit_log (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (organisation_id, at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    key_hash TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    body TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, key_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The service's own, of no trust: the keys that sign its tokens, and the proof that the server key fits this database.
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    public BLOB NOT NULL,
    sealed_private BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE key_check (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
) STRICT;
