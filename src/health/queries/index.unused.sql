-- Indexes that no query used since statistics began. Those that guard a rule (unique, constraint, the only one under a
-- foreign key) earn their place without being read; small ones and young statistics say nothing.
SELECT s.indexrelid::regclass::text AS object, NULL AS severity,
       format('index %s on %s (%s) was not used in %s days', s.indexrelid::regclass, s.relid::regclass,
              pg_size_pretty(pg_relation_size(s.indexrelid)), {stats_age} / 86400) AS what,
       format('DROP INDEX CONCURRENTLY %s', s.indexrelid::regclass) AS cure
  FROM pg_stat_user_indexes s
  JOIN pg_index i ON i.indexrelid = s.indexrelid
  JOIN pg_class c ON c.oid = s.indexrelid
 WHERE c.relnamespace = ANY ({scope})
   AND {stats_age} >= {unused_after}
   AND s.idx_scan = 0
   AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisreplident AND i.indisvalid
   AND pg_relation_size(s.indexrelid) >= {unused_size}
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = s.indexrelid)
   AND NOT EXISTS (
       SELECT FROM pg_constraint k
        WHERE k.contype = 'f' AND k.conrelid = i.indrelid
          AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)
   AND NOT i.indrelid = ANY ({owned})
