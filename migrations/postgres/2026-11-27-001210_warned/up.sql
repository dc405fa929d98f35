-- How many emails have said that an unreleased report is about to lose what is behind it. The twin of the SQLite migration of this name. Written by the worker; it counts what time brings
-- and nothing that anybody answered.
ALTER TABLE reviews ADD COLUMN warned BIGINT NOT NULL DEFAULT 0;
