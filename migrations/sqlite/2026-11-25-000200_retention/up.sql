-- What is kept after a round, and for how long.
--
-- `promised` is what raters read before they answered, as JSON; a round that was launched before there was a promise has none. The two
-- times say what has been done of it.
ALTER TABLE rounds ADD COLUMN promised TEXT;
ALTER TABLE rounds ADD COLUMN people_erased_at TEXT;
ALTER TABLE rounds ADD COLUMN answers_destroyed_at TEXT;

-- What is left of a review's raters once they have been erased: how many of each group were asked, as JSON, and how many answered in all.
CREATE TABLE turnouts (
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    invited TEXT NOT NULL,
    responded INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A quality report outlives the reviews it was made of, and says how many of them are gone.
ALTER TABLE quality_reports ADD COLUMN deleted_reviews INTEGER NOT NULL DEFAULT 0;

-- What has been deleted of a round and may still lie on the disk. The row is added with the deletion and goes when the space has been
-- overwritten, so that a crash in between forgets nothing. The round itself may be gone.
CREATE TABLE owed_cleanups (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    round_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (organisation_id, round_id, kind)
) STRICT, WITHOUT ROWID;
