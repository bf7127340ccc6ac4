-- The role that is used here owns the tables: it can drop them, and a leak of its password can too.
SELECT r.rolname::text AS object, NULL AS severity,
       format('role %s owns %s tables here', r.rolname, count(*)) AS what,
       format('run migrations as %I and the application as a role that has only SELECT, INSERT, UPDATE and DELETE', r.rolname) AS cure
  FROM pg_class c
  JOIN pg_roles r ON r.oid = c.relowner
 WHERE r.rolname = current_user AND NOT r.rolsuper AND c.relkind IN ('r', 'p') AND c.relnamespace = ANY ({scope})
 GROUP BY r.rolname
