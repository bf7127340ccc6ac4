-- The key columns or expressions of the index $1 on the table $2, and the condition of the rows it can
-- hold twice: its own predicate, and no null among the keys; the table as psql names it.
SELECT string_agg(k.expression, ', ' ORDER BY k.n),
       concat_ws(' AND ', '(' || pg_get_expr(i.indpred, i.indrelid) || ')',
                 string_agg('(' || k.expression || ') IS NOT NULL', ' AND ' ORDER BY k.n)),
       t.oid::regclass
  FROM pg_class t
  JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = $1
  JOIN pg_index i ON i.indexrelid = c.oid
 CROSS JOIN LATERAL (
        SELECT n, pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n
      ) k (n, expression)
 WHERE t.oid = to_regclass($2)
 GROUP BY i.indpred, i.indrelid, t.oid
