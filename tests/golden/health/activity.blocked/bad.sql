-- mask: numbers
-- thresholds: blocked=0
-- session: holder
BEGIN;
LOCK TABLE artists IN ACCESS EXCLUSIVE MODE;
-- session: first
-- running: ALTER TABLE artists ALTER COLUMN genre SET NOT NULL
-- session: second
-- running: SELECT count(*) FROM artists
