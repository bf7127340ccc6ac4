ALTER TABLE xfactor_votes SET (autovacuum_enabled = off);
ALTER SYSTEM SET autovacuum = off;
SELECT pg_reload_conf();
