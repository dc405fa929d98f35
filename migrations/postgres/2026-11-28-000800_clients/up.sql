-- An integration that was revoked stays in the list for a while; its hash is overwritten. `last_used_at` is a day. The twin of the SQLite migration of this name.
ALTER TABLE clients ADD COLUMN last_used_at TIMESTAMP;
ALTER TABLE clients ADD COLUMN revoked_at TIMESTAMP;
