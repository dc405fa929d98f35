-- Tokens that people make for programs of their own. The token is shown once; `hash` is its SHA-256. `last_used_at` is a day.
CREATE TABLE personal_tokens (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX personal_tokens_by_account ON personal_tokens (organisation_id, account_id);
