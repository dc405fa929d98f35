-- Passkeys, and the addresses at which a person is told of changes to their sign-in.
--
-- A passkey belongs to one account of one trust, and `hash`, of its credential's id, is nobody else's in any trust: so a passkey never
-- opens two accounts. `opens_at` is when it begins to open what is not released.
CREATE TABLE passkeys (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    added_at TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    last_used_at TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_account ON passkeys (organisation_id, account_id);

-- An address counts from `confirmed_at`, when its code was typed, to `removed_at`. The row of one that was removed stays until it has
-- been told.
CREATE TABLE account_addresses (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    email TEXT NOT NULL,
    tries INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    confirmed_at TEXT,
    removed_at TEXT,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX account_addresses_by_account ON account_addresses (organisation_id, account_id);
