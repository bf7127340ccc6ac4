-- Indexes that no query used since statistics began. Those that guard a rule (unique, constraint, the only one under a
-- foreign key) earn their place without being read; small ones and young statistics say nothing. The counter is asked for
-- itself: planning the join of the view pg_stat_user_indexes would take longer than the rest.
SELECT i.indexrelid::regclass::text AS object, NULL AS severity,
       format('index %s on %s (%s) was not used in %s days', i.indexrelid::regclass, i.indrelid::regclass,
              pg_size_pretty(pg_relation_size(i.indexrelid)), {stats_age} / 86400) AS what,
       format('DROP INDEX CONCURRENTLY %s', i.indexrelid::regclass) AS cure
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
 WHERE c.relnamespace = ANY ({scope}) AND c.relkind = 'i'
   AND {stats_age} >= {unused_after}
   AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisreplident AND i.indisvalid
   AND NOT i.indrelid = ANY ({owned})
   AND pg_stat_get_numscans(i.indexrelid) = 0
   AND pg_relation_size(i.indexrelid) >= {unused_size}
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
   AND NOT EXISTS (
       SELECT FROM pg_constraint k
        WHERE k.contype = 'f' AND k.conrelid = i.indrelid
          AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)
