-- Two indexes with the same keys, operator classes, collations, order, expressions, predicate and method. The one to keep
-- serves a constraint, or is unique, or has the older number. What Spree and Rails make on their own tables is a note,
-- once it is large.
SELECT d.indexrelid::regclass::text AS object,
       CASE WHEN t.relname ~ '^(spree|friendly_id|active_storage|action_text)_' THEN 'note' END AS severity,
       format('index %s on %s does what %s does (%s)', d.indexrelid::regclass, d.indrelid::regclass,
              k.indexrelid::regclass, pg_size_pretty(pg_relation_size(d.indexrelid))) AS what,
       format('DROP INDEX CONCURRENTLY %s', d.indexrelid::regclass) AS cure
  FROM (
    SELECT i.*, c.relam, c.relnamespace, c.relpages, coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,
           coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
           EXISTS (SELECT FROM pg_constraint p WHERE p.conindid = i.indexrelid AND p.contype IN ('p', 'u', 'x')) AS serves
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = ANY ({scope}) AND i.indisvalid
  ) d
  JOIN pg_class t ON t.oid = d.indrelid
                 AND (NOT t.relname ~ '^(spree|friendly_id|active_storage|action_text)_' OR d.relpages * 8192::bigint >= {unused_size})
  JOIN LATERAL (
    SELECT k.indexrelid
      FROM pg_index k JOIN pg_class c ON c.oid = k.indexrelid
     WHERE k.indrelid = d.indrelid AND k.indexrelid <> d.indexrelid AND k.indisvalid
       AND c.relam = d.relam AND k.indkey = d.indkey AND k.indnkeyatts = d.indnkeyatts
       AND k.indclass = d.indclass AND k.indcollation = d.indcollation AND k.indoption = d.indoption
       AND coalesce(pg_get_expr(k.indexprs, k.indrelid), '') = d.expressions
       AND coalesce(pg_get_expr(k.indpred, k.indrelid), '') = d.predicate
       AND (k.indisunique OR NOT d.indisunique)
       AND (k.indisunique, EXISTS (SELECT FROM pg_constraint p WHERE p.conindid = k.indexrelid AND p.contype IN ('p', 'u', 'x')),
            -k.indexrelid::bigint) > (d.indisunique, d.serves, -d.indexrelid::bigint)
     ORDER BY k.indexrelid LIMIT 1
  ) k ON true
 WHERE NOT d.serves AND NOT d.indisreplident AND NOT d.indrelid = ANY ({owned})
   AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = d.indexrelid)
