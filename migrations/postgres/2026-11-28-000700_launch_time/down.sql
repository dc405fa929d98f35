ALTER TABLE rounds DROP COLUMN launches_at;
