-- Who was on a review's list at launch, and who came later. The twin of the SQLite migration of this name.
--
-- `asked` is at_launch, waiting (added to the open round, the facilitator has not agreed) or later (the facilitator has agreed). Everybody
-- who was there before this column was asked at launch, as far as anybody can say.
ALTER TABLE raters ADD COLUMN asked TEXT COLLATE "C" NOT NULL DEFAULT 'at_launch';

-- The hash of the list to which the facilitator has agreed last. It goes with the raters, so ANALYZE keeps no copy of it.
ALTER TABLE reviews ADD COLUMN agreed_digest TEXT COLLATE "C";
ALTER TABLE reviews ALTER COLUMN agreed_digest SET STATISTICS 0;
