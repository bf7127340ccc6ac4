-- Indexes. The columns are all that the index depends on: keys, INCLUDE, expressions and predicate.
SELECT 'index' AS kind,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS owner,
       ic.relname AS name,
       json_build_object(
           'definition', pg_get_indexdef(i.indexrelid, 0, true),
           'unique', i.indisunique,
           'valid', i.indisvalid,
           'ready', i.indisready,
           'constraint', k.conname,
           'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]')
                         FROM pg_attribute a
                        WHERE a.attrelid = i.indrelid
                          AND (a.attnum = ANY (i.indkey::smallint[]) OR a.attnum IN (
                               SELECT d.refobjsubid FROM pg_depend d
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid))
                          AND a.attnum > 0),
           'comment', x.description)::text AS body
  FROM pg_index i
  JOIN pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_description x ON x.classoid = 'pg_class'::regclass AND x.objoid = i.indexrelid AND x.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'm')
   AND (c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
        OR c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]));
