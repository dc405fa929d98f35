-- People who sign in.
--
-- When somebody was invited and when they signed in last, as their administrators see it. An account whose access has ended stays, so that
-- a review that still names its address does not let them in again.
ALTER TABLE accounts ADD COLUMN invited_at TEXT;
ALTER TABLE accounts ADD COLUMN signed_in_at TEXT;
ALTER TABLE accounts ADD COLUMN ended_at TEXT;

-- Somebody types an address and no trust.
CREATE INDEX accounts_anywhere ON accounts (email);
CREATE INDEX reviews_facilitated_anywhere ON reviews (facilitator_email);
CREATE INDEX reviews_about_anywhere ON reviews (subject_email);

-- What a browser's cookie leads to once somebody has signed in, by a hash of it. `state` is what belongs between two requests, as JSON.
CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    way TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_account ON sessions (organisation_id, account_id);
CREATE INDEX sessions_by_age ON sessions (seen_at);

-- The same before anybody has signed in, or after their session has ended by itself: it belongs to nobody.
CREATE TABLE visits (
    hash BLOB NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_age ON visits (seen_at);

-- Codes that have been asked for, known address or not. The code itself is in the email alone.
CREATE TABLE sign_in_codes (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    mac BLOB,
    tries INTEGER NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_codes_by_end ON sign_in_codes (expires_at);
