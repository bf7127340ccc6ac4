-- mask: numbers
ALTER SYSTEM SET archive_command = '/bin/false';
SELECT pg_reload_conf();
CREATE TABLE shelf (id int);
SELECT pg_switch_wal();
DO $$
BEGIN
    FOR turn IN 1..200 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN (SELECT failed_count > 0 FROM pg_stat_archiver);
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
