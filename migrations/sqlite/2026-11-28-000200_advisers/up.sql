-- Advisers of a review: who reads the counted result beside its facilitator.
--
-- Whether somebody advises on anything is looked up on every request of theirs, and which trusts know an address when somebody signs in.
CREATE TABLE advisers (
    organisation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, review_id, email),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX advisers_by_email ON advisers (email, organisation_id);

-- Whether raters read that there may be advisers. Those of rounds that have been launched by now did not; a launch sets it.
ALTER TABLE rounds ADD COLUMN advisers_promised INTEGER NOT NULL DEFAULT 0 CHECK (advisers_promised IN (0, 1));
