-- When a round's reminders were last asked for, so that nobody is reminded twice within the quiet time. It is of the round: a time for each
-- person would say who had not answered by then.
ALTER TABLE rounds ADD COLUMN reminded_at TEXT;

-- Whether somebody whose address was refused has another one now, or is asked again after they were withdrawn, and waits for the
-- facilitator's agreement to the list as it has become.
ALTER TABLE raters ADD COLUMN asked_again INTEGER NOT NULL DEFAULT 0 CHECK (asked_again IN (0, 1));
