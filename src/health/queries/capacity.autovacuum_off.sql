-- Autovacuum switched off, for the server or for a table.
SELECT 'autovacuum' AS object, NULL AS severity, 'autovacuum is off for the whole server' AS what,
       'ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf()' AS cure
 WHERE NOT current_setting('autovacuum')::boolean
UNION ALL
SELECT c.oid::regclass::text, NULL, format('autovacuum is off for %s', c.oid::regclass),
       format('ALTER TABLE %s RESET (autovacuum_enabled)', c.oid::regclass)
  FROM pg_class c
 WHERE c.relnamespace = ANY ({scope}) AND c.relkind IN ('r', 'm') AND NOT c.oid = ANY ({owned})
   AND EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o
                WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)
