ALTER TABLE accounts DROP COLUMN passkey_only;
DROP TABLE identities;
DROP TABLE provider_domains;
DROP TABLE identity_providers;
