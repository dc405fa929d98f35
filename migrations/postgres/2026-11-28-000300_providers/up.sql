-- A trust's own sign-in. It has one provider of identities, which goes by the address `issuer`; the secret that this service proves itself
-- with there is sealed under the server key.
CREATE TABLE identity_providers (
    organisation_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES organisations (id),
    issuer TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    hosted_domain TEXT COLLATE "C",
    changed_at TIMESTAMP NOT NULL
);

-- Whose address has one of these domains is offered that sign-in. It tells about a domain and never about a person.
CREATE TABLE provider_domains (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES identity_providers (organisation_id) ON DELETE CASCADE,
    domain TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, domain)
);

CREATE INDEX provider_domains_by_domain ON provider_domains (domain);

-- A person at a provider, and whose account in the trust that is. There is no address here: who has an address next year may be somebody
-- else. `opens_at` is when it begins to open what is not released.
CREATE TABLE identities (
    organisation_id TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    opens_at TIMESTAMP NOT NULL,
    added_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    PRIMARY KEY (organisation_id, issuer, subject),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX identities_by_account ON identities (organisation_id, account_id);

-- Whose people do not want to rely on the trust's own sign-in, whose administrators could sign in as them: there it counts for no more than
-- an email.
ALTER TABLE accounts ADD COLUMN passkey_only BOOLEAN NOT NULL DEFAULT FALSE;
