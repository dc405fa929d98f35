-- How many emails have said that an unreleased report is about to lose what is behind it. Written by the worker; it counts what time brings
-- and nothing that anybody answered.
ALTER TABLE reviews ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
