-- Estimated bloat of b-tree indexes: pages that are there against pages that the rows need, by the average width of the
-- keys. An estimate: pgstatindex() measures.
SELECT b.index::text AS object, NULL AS severity,
       format('index %s on %s takes %s, about %s of them air (estimated)', b.index, b.tab, pg_size_pretty(b.size),
              pg_size_pretty(b.size - b.needed)) AS what,
       format('REINDEX INDEX CONCURRENTLY %s', b.index) AS cure
  FROM (
    SELECT i.indexrelid::regclass AS index, i.indrelid::regclass AS tab, pg_relation_size(i.indexrelid) AS size,
           ceil(c.reltuples * (12 + sum(coalesce(s.avg_width, 8) * (1 - coalesce(s.null_frac, 0)))) / 0.9)::bigint + 8192 AS needed
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
     CROSS JOIN LATERAL unnest(i.indkey::smallint[]) AS k (attnum)
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname AND NOT s.inherited
     WHERE t.relnamespace = ANY ({scope}) AND c.reltuples > 0 AND c.relpages * 8192::bigint >= {bloat_size}
       AND i.indexprs IS NULL AND NOT i.indrelid = ANY ({owned})
     GROUP BY i.indexrelid, i.indrelid, c.reltuples
  ) b
 WHERE b.size > 3 * b.needed
