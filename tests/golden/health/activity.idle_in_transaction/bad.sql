-- mask: numbers
-- thresholds: idle_in_transaction=0
-- session: forgotten
BEGIN;
SELECT 1;
