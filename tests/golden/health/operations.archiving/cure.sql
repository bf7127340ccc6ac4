ALTER SYSTEM SET archive_command = '/bin/true';
SELECT pg_reload_conf();
DO $$
BEGIN
    FOR turn IN 1..300 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN (SELECT last_archived_time > last_failed_time FROM pg_stat_archiver);
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
