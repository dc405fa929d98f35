-- What a kept answer says beside its body, so that a repeat carries it too. The twin of the migration of this name on the other engine.
--
-- The answer is now written in the transaction of the change, so a row without one stands for nothing: it only kept a repeat waiting.
DELETE FROM idempotency_keys WHERE status IS NULL;
ALTER TABLE idempotency_keys ADD COLUMN location TEXT COLLATE "C";
ALTER TABLE idempotency_keys ADD COLUMN etag TEXT COLLATE "C";
