-- When a draft is launched by itself; null in every other round.
ALTER TABLE rounds ADD COLUMN launches_at TEXT;
