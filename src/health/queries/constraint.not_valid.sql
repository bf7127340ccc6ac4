-- Keys and checks that hold for new rows only, because the old ones were never looked at.
SELECT c.conrelid::regclass || '.' || c.conname AS object, NULL AS severity,
       format('%s %s on %s is NOT VALID: rows from before may break it',
              CASE c.contype WHEN 'f' THEN 'foreign key' ELSE 'check' END, c.conname, c.conrelid::regclass) AS what,
       format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.conrelid::regclass, c.conname) AS cure
  FROM pg_constraint c
 WHERE NOT c.convalidated AND c.contype IN ('f', 'c') AND c.conrelid <> 0 AND c.connamespace = ANY ({scope})
   AND c.conparentid = 0 AND NOT c.conrelid = ANY ({owned})
