ALTER TABLE reviews DROP COLUMN agreed_digest;
ALTER TABLE raters DROP COLUMN asked;
