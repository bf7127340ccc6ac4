-- The role that is used here can do anything to the server.
SELECT r.rolname::text AS object, NULL AS severity,
       format('role %s %s', r.rolname, CASE WHEN r.rolsuper THEN 'is a superuser' ELSE 'passes over row security' END) AS what,
       format('CREATE ROLE hangmeas_app LOGIN; then GRANT it what the application needs, and connect as it instead of %I', r.rolname) AS cure
  FROM pg_roles r
 WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls)
