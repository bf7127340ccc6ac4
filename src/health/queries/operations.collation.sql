-- Collations whose order may have changed with the operating system: indexes over text may be out of order.
SELECT c.collname::text AS object, NULL AS severity,
       format('collation %s was version %s when its indexes were built and is %s now', c.collname, c.collversion,
              pg_collation_actual_version(c.oid)) AS what,
       format('REINDEX DATABASE %I; ALTER COLLATION %s REFRESH VERSION', current_database(),
              quote_ident(c.collnamespace::regnamespace::text) || '.' || quote_ident(c.collname)) AS cure
  FROM pg_collation c
 WHERE c.collversion IS NOT NULL AND c.collversion <> pg_collation_actual_version(c.oid)
   AND EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_collation'::regclass AND d.refobjid = c.oid)
{database_collation}
