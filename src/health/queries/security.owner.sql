-- Roles at work in this database that own its tables: they can drop them, and a leak of their password can too.
SELECT r.rolname::text AS object, NULL AS severity,
       format('role %s owns %s of the tables here: it may migrate, the application needs a role with less', r.rolname, count(*)) AS what,
       'hangmeas db grants' AS cure
  FROM pg_class c
  JOIN pg_roles r ON r.oid = c.relowner
 WHERE NOT r.rolsuper AND c.relkind IN ('r', 'p') AND c.relnamespace = ANY ({scope})
   AND (r.rolname = current_user
        OR r.oid IN (SELECT a.usesysid FROM pg_stat_activity a 
                    WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND a.application_name !~ '^(psql|pg_|hangmeas)'))
 GROUP BY r.rolname
