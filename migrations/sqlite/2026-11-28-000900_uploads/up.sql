-- Lists of raters that somebody has uploaded and not imported yet: what is in one is sealed under the server key. Of one review an
-- account has one at a time, for an hour.
CREATE TABLE uploads (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_by_account ON uploads (organisation_id, account_id);

-- How the trust's last list of raters was read, as JSON: the titles of its columns and its words for groups. Nothing of a person.
ALTER TABLE organisations ADD COLUMN remembered_list TEXT;
