-- Why the first email to somebody was not taken. The twin of the SQLite migration of this name.
ALTER TABLE invitations ADD COLUMN delivery_reason TEXT COLLATE "C";
