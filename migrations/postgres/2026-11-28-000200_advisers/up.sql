-- Advisers of a review: who reads the counted result beside its facilitator. The twin of the SQLite migration of this name.
--
-- Whether somebody advises on anything is looked up on every request of theirs, and which trusts know an address when somebody signs in.
CREATE TABLE advisers (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, email),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
);

CREATE INDEX advisers_by_email ON advisers (email, organisation_id);

-- ANALYZE keeps no copy of them: they are deleted one day.
ALTER TABLE advisers ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN email SET STATISTICS 0;

-- Whether raters read that there may be advisers. Those of rounds that have been launched by now did not; a launch sets it.
ALTER TABLE rounds ADD COLUMN advisers_promised BOOLEAN NOT NULL DEFAULT FALSE;
