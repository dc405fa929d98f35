-- The newest time that more than one clock agreed on. The twin of the SQLite migration of this name.
CREATE TABLE clock_looks (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    looked_at TIMESTAMP NOT NULL,
    boot TEXT COLLATE "C",
    running_seconds BIGINT,
    confirmations BIGINT NOT NULL
);
