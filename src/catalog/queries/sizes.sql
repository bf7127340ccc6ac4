-- Name, rows as estimated, bytes, bytes of indexes: of tables with their partitions, and of materialized views.
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END,
       CASE WHEN bool_and(p.reltuples >= 0) THEN sum(p.reltuples)::bigint END,
       coalesce(sum(pg_table_size(p.oid)), 0)::bigint,
       coalesce(sum(pg_indexes_size(p.oid)), 0)::bigint
  FROM pg_class     c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL pg_partition_tree(c.oid) t ON c.relkind = 'p' AND t.isleaf
  LEFT JOIN pg_class p ON p.oid = coalesce(t.relid, c.oid) AND p.relkind IN ('r', 'm')
 WHERE c.relkind IN ('r', 'm', 'p')
   AND n.nspname = ANY (current_schemas(false))
   AND n.nspname <> 'hangmeas' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 GROUP BY c.oid, n.nspname, c.relname
