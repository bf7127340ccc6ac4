-- Extensions, without their version: that belongs to the server.
SELECT 'extension' AS kind, NULL AS owner, e.extname AS name,
       json_build_object('schema', n.nspname)::text AS body
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace;
