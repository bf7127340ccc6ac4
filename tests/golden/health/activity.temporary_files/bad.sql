-- thresholds: temporary_bytes=0
-- mask: numbers
SET work_mem = '64kB';
SELECT count(*) FROM (SELECT n FROM generate_series(1, 200000) n ORDER BY md5(n::text)) sorted;
SELECT pg_sleep(1.1);
SELECT pg_stat_force_next_flush();
