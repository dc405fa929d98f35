-- Tokens that people make for programs of their own. The twin of the SQLite migration of this name.
--
-- The token is shown once; `hash` is its SHA-256. `last_used_at` is a day.
CREATE TABLE personal_tokens (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX personal_tokens_by_account ON personal_tokens (organisation_id, account_id);

-- No query is better for samples of these, and the server would keep them after the rows.
ALTER TABLE personal_tokens ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN name SET STATISTICS 0;
