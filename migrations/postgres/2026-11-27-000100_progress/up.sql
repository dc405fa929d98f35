-- How many have answered, as trust HR sees it while a round is open. The twin of the SQLite migration of this name.
--
-- `responded` is how many of each review, as JSON. The row is written by the worker and never when somebody answers.
CREATE TABLE progress_snapshots (
    organisation_id TEXT COLLATE "C" NOT NULL,
    round_id TEXT COLLATE "C" NOT NULL,
    counted_at TIMESTAMP NOT NULL,
    responded TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, round_id),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
);
