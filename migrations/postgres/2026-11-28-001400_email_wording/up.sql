-- How the emails of a round begin. The twin of the SQLite migration of this name.
ALTER TABLE rounds ADD COLUMN emails TEXT COLLATE "C";
