-- When a draft is launched by itself; null in every other round. The twin of the SQLite migration of this name.
ALTER TABLE rounds ADD COLUMN launches_at TIMESTAMP;
