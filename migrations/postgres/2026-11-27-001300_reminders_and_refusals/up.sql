-- When a round's reminders were last asked for, and who waits to be asked again. The twin of the SQLite migration of this name.
ALTER TABLE rounds ADD COLUMN reminded_at TIMESTAMP;
ALTER TABLE raters ADD COLUMN asked_again BOOLEAN NOT NULL DEFAULT FALSE;
