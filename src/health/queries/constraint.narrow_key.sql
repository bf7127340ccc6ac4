-- Foreign keys whose column holds smaller numbers than the column they point to.
SELECT c.conrelid::regclass || '.' || a.attname AS object,
       NULL AS severity,
       format('%s.%s is %s and points to %s.%s, which is %s', c.conrelid::regclass, a.attname,
              format_type(a.atttypid, a.atttypmod), c.confrelid::regclass, f.attname, format_type(f.atttypid, f.atttypmod)) AS what,
       format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', c.conrelid::regclass, a.attname, format_type(f.atttypid, f.atttypmod)) AS cure
  FROM pg_constraint c
 CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (near, far)
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.near
  JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.far
  JOIN pg_type at ON at.oid = a.atttypid
  JOIN pg_type ft ON ft.oid = f.atttypid
 WHERE c.contype = 'f' AND c.connamespace = ANY ({scope}) AND c.conparentid = 0
   AND NOT c.conrelid = ANY ({owned})
   AND at.typcategory = 'N' AND ft.typcategory = 'N' AND at.typlen > 0 AND at.typlen < ft.typlen
