ALTER SYSTEM SET max_wal_senders = 11;
SELECT pg_reload_conf();
