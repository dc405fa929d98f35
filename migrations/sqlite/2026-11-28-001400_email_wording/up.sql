-- How the emails of a round begin in the words of its trust, as JSON by the kind of email; null where they begin as usual.
ALTER TABLE rounds ADD COLUMN emails TEXT;
