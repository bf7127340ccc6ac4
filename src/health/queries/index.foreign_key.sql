-- A foreign key whose columns no index begins with, in any order: deleting or changing the parent scans the child.
SELECT c.conrelid::regclass || '.' || c.conname AS object,
       CASE WHEN t.reltuples >= 100000 THEN 'error' END AS severity,
       format('foreign key %s from %s to %s has no index over (%s)', c.conname, c.conrelid::regclass, c.confrelid::regclass,
              cols.list) AS what,
       format('CREATE INDEX CONCURRENTLY ON %s (%s)', c.conrelid::regclass, cols.list) AS cure
  FROM pg_constraint c
  JOIN pg_class t ON t.oid = c.conrelid
  CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) AS list
      FROM unnest(c.conkey) WITH ORDINALITY u (attnum, n)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.attnum) cols
 WHERE c.contype = 'f' AND c.connamespace = ANY ({scope}) AND c.conparentid = 0 AND NOT c.conrelid = ANY ({owned})
   AND NOT EXISTS (
       SELECT FROM pg_index i
         JOIN pg_class ic ON ic.oid = i.indexrelid
         JOIN pg_am am ON am.oid = ic.relam AND am.amname IN ('btree', 'hash')
        WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND i.indnkeyatts >= cardinality(c.conkey)
          AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
