ALTER TABLE reviews DROP COLUMN warned;
