-- Keys that can be destroyed, so that what was sealed with them is gone wherever a copy of it lingers: in a page, a log, a snapshot.
--
-- A round's row in round_keys opens its ballots and, together with a rater's link, that rater's draft. It is deleted at the count. From then
-- on the answers are in bundles alone, each with a key of its own that is destroyed when retention ends.

CREATE TABLE bundle_keys (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES bundles (organisation_id, review_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Missing for a round that was launched before there was one: its drafts open with the link alone.
ALTER TABLE round_keys ADD COLUMN sealed_draft_salt BLOB;
