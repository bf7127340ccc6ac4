-- The schemas that are read, in the order in which names are looked up.
SELECT 'schema' AS kind, NULL AS owner, s.name AS name, NULL AS body
  FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, n)
 WHERE s.name <> 'hangmeas' AND s.name <> 'information_schema' AND s.name !~ '^pg_'
 ORDER BY s.n;
