-- Why the first email to somebody was not taken: a word of this program, made from the figures of the mail server's reply. Null where
-- it was taken, waits, or was refused before there was this column.
ALTER TABLE invitations ADD COLUMN delivery_reason TEXT;

-- Rows from before are written in their new length now, one after another by their ids. Each would grow at its next change otherwise, and
-- move in its page: where it is then would show in which order people have answered.
UPDATE invitations SET delivery_reason = NULL;
