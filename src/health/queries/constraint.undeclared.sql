-- Columns of Hangmeas tables that name another table (user_id, season_id) without a foreign key to it. Those with a
-- *_type beside them may point to several tables; tables of Spree never declare keys, so they are left out.
SELECT c.oid::regclass || '.' || a.attname AS object, NULL AS severity,
       format('%s.%s looks like a reference to %s, but no foreign key says so', c.oid::regclass, a.attname, p.oid::regclass) AS what,
       format('ALTER TABLE %1$s ADD CONSTRAINT %4$I FOREIGN KEY (%2$I) REFERENCES %3$s (id) NOT VALID; ALTER TABLE %1$s VALIDATE CONSTRAINT %4$I',
              c.oid::regclass, a.attname, p.oid::regclass,
              left(c.relname || '_' || a.attname || '_fkey', 63)) AS cure
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     AND a.attname ~ '_id$' AND a.atttypid IN ('integer'::regtype, 'bigint'::regtype)
  JOIN LATERAL (
    SELECT t.oid
      FROM pg_class t
      JOIN pg_attribute i ON i.attrelid = t.oid AND i.attname = 'id'
     WHERE t.relnamespace = c.relnamespace AND t.relkind IN ('r', 'p') AND t.oid <> c.oid
       AND t.relname IN (regexp_replace(a.attname, '_id$', 's'), 'spree_' || regexp_replace(a.attname, '_id$', 's'),
                         'xfactor_' || regexp_replace(a.attname, '_id$', 's'))
     ORDER BY t.relname LIMIT 1
  ) p ON true
 WHERE c.relnamespace = ANY ({scope}) AND c.relkind IN ('r', 'p') AND c.relname !~ '^spree_'
   AND NOT EXISTS (SELECT FROM pg_attribute y WHERE y.attrelid = c.oid AND NOT y.attisdropped
                                               AND y.attname = regexp_replace(a.attname, '_id$', '_type'))
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey))
   AND NOT c.oid = ANY ({owned})
   AND EXISTS (SELECT FROM pg_class h WHERE h.relnamespace = c.relnamespace AND h.relname = 'xfactor_votes')
