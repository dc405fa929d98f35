-- Lists of raters that somebody has uploaded and not imported yet. The twin of the SQLite migration of this name.
--
-- What is in one is sealed under the server key. Of one review an account has one at a time, for an hour.
CREATE TABLE uploads (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX uploads_by_account ON uploads (organisation_id, account_id);

-- No query is better for samples of it, and the server would keep them after the rows.
ALTER TABLE uploads ALTER COLUMN sealed SET STATISTICS 0;

-- How the trust's last list of raters was read, as JSON: the titles of its columns and its words for groups. Nothing of a person.
ALTER TABLE organisations ADD COLUMN remembered_list TEXT COLLATE "C";
