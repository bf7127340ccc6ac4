-- Tables that a crash empties.
SELECT c.oid::regclass::text AS object, NULL AS severity,
       format('table %s is UNLOGGED: a crash empties it, and standbys and backups of files do not have it', c.oid::regclass) AS what,
       format('ALTER TABLE %s SET LOGGED', c.oid::regclass) AS cure
  FROM pg_class c
 WHERE c.relpersistence = 'u' AND c.relkind = 'r' AND c.relnamespace = ANY ({scope}) AND NOT c.oid = ANY ({owned})
