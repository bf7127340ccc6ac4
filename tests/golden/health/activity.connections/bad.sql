-- thresholds: connections=2
-- mask: numbers
-- session: a
SELECT 1;
-- session: b
SELECT 1;
-- session: c
SELECT 1;
-- session: d
SELECT 1;
