-- printed
ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();
ALTER TABLE xfactor_votes RESET (autovacuum_enabled);
