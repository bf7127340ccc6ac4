-- Ten is what the server runs with.
ALTER SYSTEM SET max_wal_senders = 10;
SELECT pg_reload_conf();
