-- An index that a failed CREATE INDEX CONCURRENTLY left behind; not one that is being built now.
SELECT i.indexrelid::regclass::text AS object, NULL AS severity,
       format('index %s on %s is %s: queries do not use it, writes %s', i.indexrelid::regclass, i.indrelid::regclass,
              CASE WHEN i.indisready THEN 'invalid' ELSE 'not ready' END,
              CASE WHEN i.indisready THEN 'still pay for it' ELSE 'do not keep it' END) AS what,
       CASE WHEN c.relname ~ '_cc(new|old)[0-9]*$' THEN format('DROP INDEX CONCURRENTLY %s', i.indexrelid::regclass)
            ELSE format('REINDEX INDEX CONCURRENTLY %s', i.indexrelid::regclass) END AS cure
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
 WHERE c.relnamespace = ANY ({scope})
   AND (NOT i.indisvalid OR NOT i.indisready)
   AND c.relkind = 'i' AND NOT i.indrelid = ANY ({owned})
   AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
