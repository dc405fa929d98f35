ALTER TABLE raters DROP COLUMN asked_again;
ALTER TABLE rounds DROP COLUMN reminded_at;
