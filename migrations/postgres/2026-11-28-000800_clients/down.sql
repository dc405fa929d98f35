-- Without the column they would look as if they worked.
DELETE FROM clients WHERE revoked_at IS NOT NULL;
ALTER TABLE clients DROP COLUMN revoked_at;
ALTER TABLE clients DROP COLUMN last_used_at;
