-- Keys that can be destroyed, so that what was sealed with them is gone wherever a copy of it lingers: in a page, a log, a snapshot.
--
-- A round's row in round_keys opens its ballots and, together with a rater's link, that rater's draft. It is deleted at the count. From then
-- on the answers are in bundles alone, each with a key of its own that is destroyed when retention ends.

CREATE TABLE bundle_keys (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES bundles (organisation_id, review_id) ON DELETE CASCADE
);

-- Missing for a round that was launched before there was one: its drafts open with the link alone.
ALTER TABLE round_keys ADD COLUMN sealed_draft_salt BYTEA;

-- The server's statistics keep samples of what a column holds, long after the rows are gone. Of sealed values they would be copies, and no
-- query is better for them.
ALTER TABLE round_keys
    ALTER COLUMN public SET STATISTICS 0, ALTER COLUMN sealed_private SET STATISTICS 0, ALTER COLUMN sealed_draft_salt SET STATISTICS 0;
ALTER TABLE bundle_keys ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE links ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0;
