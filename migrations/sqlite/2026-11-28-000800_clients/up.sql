-- An integration that was revoked stays in the list for a while; its hash is overwritten. `last_used_at` is a day.
ALTER TABLE clients ADD COLUMN last_used_at TEXT;
ALTER TABLE clients ADD COLUMN revoked_at TEXT;
