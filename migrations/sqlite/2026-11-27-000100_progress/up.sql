-- How many have answered, as trust HR sees it while a round is open: the number of one moment of the day, since a number that moves at once
-- tells anybody who watches the office who has sent. One row for each round, which the next day's overwrites: a list of them would be a diary.
--
-- `responded` is how many of each review, as JSON. The row is written by the worker and never when somebody answers.
CREATE TABLE progress_snapshots (
    organisation_id TEXT NOT NULL,
    round_id TEXT NOT NULL,
    counted_at TEXT NOT NULL,
    responded TEXT NOT NULL,
    PRIMARY KEY (organisation_id, round_id),
    FOREIGN KEY (organisation_id, round_id) REFERENCES rounds (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
