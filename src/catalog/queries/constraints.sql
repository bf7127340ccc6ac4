-- Primary, unique and foreign keys, checks and exclusions. NOT NULL, which PostgreSQL 18 keeps here too, is a fact of
-- the column. Whether a constraint is validated is a fact of its own and taken out of its definition.
SELECT 'constraint' AS kind,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS owner,
       k.conname AS name,
       json_build_object(
           'kind', CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_key'
                                  WHEN 'c' THEN 'check'       ELSE 'exclusion' END,
           'definition', regexp_replace(pg_get_constraintdef(k.oid, true), ' NOT VALID$', ''),
           'validated', k.convalidated,
           'unwatched', k.contype = 'f' AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled IN ('D', 'R')),
           'columns', (SELECT coalesce(json_agg(a.attname ORDER BY u.n), '[]')
                         FROM unnest(k.conkey) WITH ORDINALITY u (attnum, n)
                         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
           'references', CASE WHEN k.contype = 'f' THEN json_build_object(
               'table', CASE WHEN pg_table_is_visible(f.oid) THEN f.relname
                             ELSE f.relnamespace::regnamespace::text || '.' || f.relname END,
               'columns', (SELECT json_agg(a.attname ORDER BY u.n)
                             FROM unnest(k.confkey) WITH ORDINALITY u (attnum, n)
                             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum)) END)::text AS body
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class f ON f.oid = k.confrelid
 WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
   AND (c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
        OR c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]));
