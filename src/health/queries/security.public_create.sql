-- Anybody who can connect may make tables and functions here, and so get others to run them.
SELECT n.nspname::text AS object, NULL AS severity,
       format('everybody may create objects in schema %s', n.nspname) AS what,
       format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', n.nspname) AS cure
  FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) g
 WHERE n.oid = ANY ({scope}) AND g.grantee = 0 AND g.privilege_type = 'CREATE'
