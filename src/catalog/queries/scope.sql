-- The schemas that are read, in the order in which names are looked up; the other queries know them by their oids.
SELECT 'schema' AS kind, NULL AS owner, s.name AS name, NULL AS body
  FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, n)
 WHERE s.name <> 'hangmeas' AND s.name <> 'information_schema' AND s.name !~ '^pg_'
 ORDER BY s.n;
SELECT set_config('hangmeas.schemas', coalesce(array_agg(n.oid), '{}')::text, true),
       set_config('hangmeas.elsewhere', '{}', true)
  FROM pg_namespace n
 WHERE n.nspname = ANY (current_schemas(false))
   AND n.nspname <> 'hangmeas' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_';
