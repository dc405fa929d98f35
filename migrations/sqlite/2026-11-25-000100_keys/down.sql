ALTER TABLE round_keys DROP COLUMN sealed_draft_salt;
DROP TABLE bundle_keys;
