-- mask: numbers
-- thresholds: long_transaction=0
-- session: worker
BEGIN;
SELECT 1;
-- running: SELECT pg_sleep(30)
-- session: holder
BEGIN;
LOCK TABLE artists IN ACCESS EXCLUSIVE MODE;
-- session: waiter
-- running: SELECT count(*) FROM artists
