-- The addresses under which a service without a trust is set up. The twin of the SQLite migration of this name.
CREATE TABLE set_up_addresses (
    hash BYTEA NOT NULL PRIMARY KEY,
    expires_at TIMESTAMP NOT NULL,
    spent_at TIMESTAMP,
    form_hash BYTEA
);
