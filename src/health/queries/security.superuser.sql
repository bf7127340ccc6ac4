-- Roles at work in this database that can do anything to the server: the one that asks, and those of
-- other sessions but of tools for administrators.
SELECT r.rolname::text AS object, NULL AS severity,
       format('role %s %s%s: the application needs a role with less', r.rolname,
              CASE WHEN r.rolsuper THEN 'is a superuser' ELSE 'passes over row security' END,
              CASE WHEN r.rolname <> current_user THEN ' and has sessions here' ELSE '' END) AS what,
       'hangmeas db grants' AS cure
  FROM pg_roles r
 WHERE (r.rolsuper OR r.rolbypassrls)
   AND (r.rolname = current_user
        OR r.oid IN (SELECT a.usesysid FROM pg_stat_activity a 
                    WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND a.application_name !~ '^(psql|pg_|hangmeas)'))
