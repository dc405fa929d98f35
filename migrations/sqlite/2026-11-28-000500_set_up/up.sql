-- The addresses under which a service without a trust is set up. Of no trust, and of the address only its hash. When somebody has used one,
-- `form_hash` tells a second press of the same button from another form.
CREATE TABLE set_up_addresses (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at TEXT NOT NULL,
    spent_at TEXT,
    form_hash BLOB
) STRICT, WITHOUT ROWID;
