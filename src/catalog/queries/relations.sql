-- Tables, views and materialized views.
SELECT 'relation' AS kind, NULL AS owner,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
       json_build_object(
           'kind', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned_table' WHEN 'f' THEN 'foreign_table'
                                  WHEN 'v' THEN 'view'  ELSE 'materialized_view' END,
           'unlogged', c.relpersistence = 'u',
           'options', coalesce(c.reloptions, '{}'),
           'row_security', c.relrowsecurity,
           'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
           'partition_of', CASE WHEN c.relispartition THEN
               (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid) END,
           'partition_bound', pg_get_expr(c.relpartbound, c.oid),
           'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
           'reads', CASE WHEN c.relkind IN ('v', 'm') THEN (
               SELECT coalesce(json_agg(DISTINCT
                          CASE WHEN pg_table_is_visible(b.oid) THEN b.relname
                               ELSE b.relnamespace::regnamespace::text || '.' || b.relname END
                          || coalesce('.' || a.attname, '')), '[]')
                 FROM pg_rewrite r
                 JOIN pg_depend  d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
                 JOIN pg_class   b ON b.oid = d.refobjid
                 LEFT JOIN pg_attribute a ON a.attrelid = b.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
                WHERE r.ev_class = c.oid) ELSE '[]' END,
           'comment', x.description)::text AS body
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_description x ON x.classoid = 'pg_class'::regclass AND x.objoid = c.oid AND x.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
   AND (c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
        OR c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]))
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e');
