DROP TABLE sign_in_codes;
DROP TABLE visits;
DROP TABLE sessions;
DROP INDEX reviews_about_anywhere;
DROP INDEX reviews_facilitated_anywhere;
DROP INDEX accounts_anywhere;
ALTER TABLE accounts DROP COLUMN ended_at;
ALTER TABLE accounts DROP COLUMN signed_in_at;
ALTER TABLE accounts DROP COLUMN invited_at;
