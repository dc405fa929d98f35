-- People who sign in. The twin of the SQLite migration of this name.
--
-- When somebody was invited and when they signed in last, as their administrators see it. An account whose access has ended stays, so that
-- a review that still names its address does not let them in again.
ALTER TABLE accounts ADD COLUMN invited_at TIMESTAMP;
ALTER TABLE accounts ADD COLUMN signed_in_at TIMESTAMP;
ALTER TABLE accounts ADD COLUMN ended_at TIMESTAMP;

-- Somebody types an address and no trust.
CREATE INDEX accounts_anywhere ON accounts (email);
CREATE INDEX reviews_facilitated_anywhere ON reviews (facilitator_email);
CREATE INDEX reviews_about_anywhere ON reviews (subject_email);

-- What a browser's cookie leads to once somebody has signed in, by a hash of it. `state` is what belongs between two requests, as JSON.
CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    way TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_of_account ON sessions (organisation_id, account_id);
CREATE INDEX sessions_by_age ON sessions (seen_at);

-- The same before anybody has signed in, or after their session has ended by itself: it belongs to nobody.
CREATE TABLE visits (
    hash BYTEA NOT NULL PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL
);
CREATE INDEX visits_by_age ON visits (seen_at);

-- Codes that have been asked for, known address or not. The code itself is in the email alone.
CREATE TABLE sign_in_codes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    mac BYTEA,
    tries BIGINT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_codes_by_end ON sign_in_codes (expires_at);

-- A copy of a value in the statistics would outlive its row.
ALTER TABLE sessions ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN state SET STATISTICS 0;
ALTER TABLE visits ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN state SET STATISTICS 0;
ALTER TABLE sign_in_codes ALTER COLUMN email SET STATISTICS 0, ALTER COLUMN mac SET STATISTICS 0;
