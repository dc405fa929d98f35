-- What is kept after a round, and for how long. The twin of the SQLite migration of this name.
--
-- `promised` is what raters read before they answered, as JSON; a round that was launched before there was a promise has none. The two
-- times say what has been done of it.
ALTER TABLE rounds ADD COLUMN promised TEXT COLLATE "C";
ALTER TABLE rounds ADD COLUMN people_erased_at TIMESTAMP;
ALTER TABLE rounds ADD COLUMN answers_destroyed_at TIMESTAMP;

-- What is left of a review's raters once they have been erased: how many of each group were asked, as JSON, and how many answered in all.
CREATE TABLE turnouts (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    invited TEXT COLLATE "C" NOT NULL,
    responded BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
);

-- A quality report outlives the reviews it was made of, and says how many of them are gone.
ALTER TABLE quality_reports ADD COLUMN deleted_reviews BIGINT NOT NULL DEFAULT 0;

-- What has been deleted of a round and may still lie on the disk. The row is added with the deletion and goes when the space has been
-- overwritten, so that a crash in between forgets nothing. The round itself may be gone.
CREATE TABLE owed_cleanups (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    round_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, round_id, kind)
);

-- ANALYZE, which the server runs by itself, copies values of every column into pg_statistic, where nothing erases them. Not of these:
-- what is erased or destroyed one day is to be in its own table and nowhere else.
ALTER TABLE raters ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE reviews ALTER COLUMN subject_name SET STATISTICS 0, ALTER COLUMN subject_email SET STATISTICS 0,
    ALTER COLUMN subject_role SET STATISTICS 0, ALTER COLUMN facilitator_name SET STATISTICS 0,
    ALTER COLUMN facilitator_email SET STATISTICS 0;
ALTER TABLE round_keys ALTER COLUMN sealed_private SET STATISTICS 0, ALTER COLUMN sealed_draft_salt SET STATISTICS 0;
ALTER TABLE bundle_keys ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE links ALTER COLUMN hash SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE spent_links ALTER COLUMN hash SET STATISTICS 0;
ALTER TABLE drafts ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE ballots ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE bundles ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE results ALTER COLUMN document SET STATISTICS 0;
ALTER TABLE redactions ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE audit_log ALTER COLUMN detail SET STATISTICS 0;
ALTER TABLE idempotency_keys ALTER COLUMN body SET STATISTICS 0;
