-- What an account is to its trust is looked up on every request: whether a review names its address as the facilitator's or the subject's.
-- For the facilitator there is an index already. The twin of the SQLite migration of this name.
CREATE INDEX reviews_by_subject ON reviews (organisation_id, subject_email);
