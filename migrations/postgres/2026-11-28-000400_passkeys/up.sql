-- Passkeys, and the addresses at which a person is told of changes to their sign-in. The twin of the SQLite migration of this name.
--
-- A passkey belongs to one account of one trust, and `hash`, of its credential's id, is nobody else's in any trust: so a passkey never
-- opens two accounts. `opens_at` is when it begins to open what is not released.
CREATE TABLE passkeys (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    credential TEXT COLLATE "C" NOT NULL,
    added_at TIMESTAMP NOT NULL,
    opens_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX passkeys_by_account ON passkeys (organisation_id, account_id);

-- An address counts from `confirmed_at`, when its code was typed, to `removed_at`. The row of one that was removed stays until it has
-- been told.
CREATE TABLE account_addresses (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    removed_at TIMESTAMP,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX account_addresses_by_account ON account_addresses (organisation_id, account_id);

-- No query is better for samples of these, and the server would keep them after the rows.
ALTER TABLE passkeys ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN credential SET STATISTICS 0, ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE account_addresses ALTER COLUMN email SET STATISTICS 0;
