ALTER TABLE invitations DROP COLUMN delivery_reason;
