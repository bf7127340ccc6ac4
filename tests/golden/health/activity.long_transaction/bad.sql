-- mask: numbers
-- thresholds: long_transaction=0
-- session: worker
BEGIN;
SELECT 1;
-- running: SELECT pg_sleep(30)
