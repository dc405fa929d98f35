DROP TABLE owed_cleanups;
ALTER TABLE quality_reports DROP COLUMN deleted_reviews;
DROP TABLE turnouts;
ALTER TABLE rounds DROP COLUMN answers_destroyed_at;
ALTER TABLE rounds DROP COLUMN people_erased_at;
ALTER TABLE rounds DROP COLUMN promised;
