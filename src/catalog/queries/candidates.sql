-- Where relations are missing: those outside the search path that bear their names or keys, with their sequences. The
-- schemas of these are looked up last from here on, so that they are printed as if they were found.
WITH needed AS (
    SELECT t.name, '{r,p,f}'::"char"[] AS kinds FROM unnest({tables}::name[]) t (name)
     UNION ALL
    SELECT v.name, '{v,m}' FROM unnest({views}::name[]) v (name)
), missing AS MATERIALIZED (
    SELECT m.name, m.kinds FROM needed m
     WHERE NOT EXISTS (SELECT FROM pg_class c
                        WHERE c.relname = m.name AND c.relkind = ANY (m.kinds)
                          AND c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[]))
), named AS (
    SELECT c.oid FROM missing m JOIN pg_class c ON c.relname = m.name AND c.relkind = ANY (m.kinds)
     UNION
    SELECT k.conrelid FROM missing m JOIN pg_constraint k ON k.conname = (m.name || '_pkey')::name AND k.contype = 'p'
), elsewhere AS MATERIALIZED (
    SELECT c.oid, n.nspname
      FROM named
      JOIN pg_class     c ON c.oid = named.oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
       AND n.nspname <> 'hangmeas' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
)
SELECT set_config('hangmeas.missing', (EXISTS (SELECT FROM missing))::text, true),
       set_config('hangmeas.elsewhere', (
           SELECT coalesce(array_agg(every.oid), '{}')::text
             FROM (SELECT oid FROM elsewhere
                    UNION ALL
                   SELECT d.objid FROM elsewhere e
                     JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = e.oid
                                     AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')) every), true),
       set_config('hangmeas.path', current_setting('search_path'), true),
       set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''),
           (SELECT string_agg(DISTINCT quote_ident(nspname), ', ') FROM elsewhere)), true);
-- What may be a missing relation: what bears no name that is needed, and everything outside the search path.
SELECT 'candidate' AS kind, NULL AS owner,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
       json_build_object(
           'schema', CASE WHEN NOT c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[]) THEN n.nspname END,
           'name', c.relname,
           'rows', CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'm') THEN c.reltuples::bigint END)::text AS body
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE (SELECT current_setting('hangmeas.missing'))::boolean
   AND (c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        OR c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relname = ANY ({tables}::name[] || {views}::name[])
           AND c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[]));
