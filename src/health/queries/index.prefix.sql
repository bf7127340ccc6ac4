-- A b-tree index whose keys are the first keys of another one: the longer one serves its queries too. Unique indexes,
-- those behind constraints, and those with a predicate or expressions are left alone. What Spree
-- and Rails make on their own tables is a note,
-- once it is large.
SELECT d.indexrelid::regclass::text AS object,
       CASE WHEN t.relname ~ '^(spree|friendly_id|active_storage|action_text)_' THEN 'note' END AS severity,
       format('index %s on %s holds the first keys of %s (%s)', d.indexrelid::regclass, d.indrelid::regclass,
              k.indexrelid::regclass, pg_size_pretty(pg_relation_size(d.indexrelid))) AS what,
       format('DROP INDEX CONCURRENTLY %s', d.indexrelid::regclass) AS cure
  FROM pg_index d
  JOIN pg_class dc ON dc.oid = d.indexrelid
  JOIN pg_class t ON t.oid = d.indrelid
                 AND (NOT t.relname ~ '^(spree|friendly_id|active_storage|action_text)_' OR dc.relpages * 8192::bigint >= {unused_size})
  JOIN pg_am am ON am.oid = dc.relam AND am.amname = 'btree'
  JOIN LATERAL (
    SELECT k.indexrelid
      FROM pg_index k JOIN pg_class kc ON kc.oid = k.indexrelid AND kc.relam = dc.relam
     WHERE k.indrelid = d.indrelid AND k.indexrelid <> d.indexrelid AND k.indisvalid
       AND k.indpred IS NULL AND k.indexprs IS NULL
       AND k.indnkeyatts > d.indnkeyatts
       AND (k.indkey::smallint[])[0:d.indnkeyatts - 1] = (d.indkey::smallint[])[0:d.indnkeyatts - 1]
       AND (k.indclass::oid[])[0:d.indnkeyatts - 1] = (d.indclass::oid[])[0:d.indnkeyatts - 1]
       AND (k.indcollation::oid[])[0:d.indnkeyatts - 1] = (d.indcollation::oid[])[0:d.indnkeyatts - 1]
       AND (k.indoption::smallint[])[0:d.indnkeyatts - 1] = (d.indoption::smallint[])[0:d.indnkeyatts - 1]
     ORDER BY k.indnkeyatts, k.indexrelid LIMIT 1
  ) k ON true
 WHERE dc.relnamespace = ANY ({scope})
   AND d.indisvalid AND NOT d.indisunique AND d.indpred IS NULL AND d.indexprs IS NULL
   AND d.indnatts = d.indnkeyatts AND NOT d.indisreplident
   AND NOT d.indrelid = ANY ({owned})
