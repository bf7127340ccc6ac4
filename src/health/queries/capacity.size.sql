-- Large tables that are not partitioned.
SELECT c.oid::regclass::text AS object, NULL AS severity,
       format('table %s takes %s with its indexes and is one piece', c.oid::regclass, pg_size_pretty(pg_total_relation_size(c.oid))) AS what,
       'partition it by month of created_at before it doubles' AS cure
  FROM pg_class c
 WHERE c.relnamespace = ANY ({scope}) AND c.relkind = 'r' AND NOT c.relispartition AND NOT c.oid = ANY ({owned})
   AND c.relpages::bigint * current_setting('block_size')::bigint >= {table_size}
