-- A trust's own sign-in. It has one provider of identities, which goes by the address `issuer`; the secret that this service proves itself
-- with there is sealed under the server key.
CREATE TABLE identity_providers (
    organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisations (id),
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    label TEXT NOT NULL,
    hosted_domain TEXT,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose address has one of these domains is offered that sign-in. It tells about a domain and never about a person.
CREATE TABLE provider_domains (
    organisation_id TEXT NOT NULL REFERENCES identity_providers (organisation_id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    PRIMARY KEY (organisation_id, domain)
) STRICT, WITHOUT ROWID;

CREATE INDEX provider_domains_by_domain ON provider_domains (domain);

-- A person at a provider, and whose account in the trust that is. There is no address here: who has an address next year may be somebody
-- else. `opens_at` is when it begins to open what is not released.
CREATE TABLE identities (
    organisation_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    added_at TEXT NOT NULL,
    last_used_at TEXT,
    PRIMARY KEY (organisation_id, issuer, subject),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_account ON identities (organisation_id, account_id);

-- Whose people do not want to rely on the trust's own sign-in, whose administrators could sign in as them: there it counts for no more than
-- an email.
ALTER TABLE accounts ADD COLUMN passkey_only INTEGER NOT NULL DEFAULT 0 CHECK (passkey_only IN (0, 1));
