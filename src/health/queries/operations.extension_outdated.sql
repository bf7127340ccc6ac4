-- Extensions whose files on the server are newer than what the database runs.
SELECT e.name::text AS object, NULL AS severity,
       format('extension %s runs version %s; the server has %s', e.name, e.installed_version, e.default_version) AS what,
       format('ALTER EXTENSION %I UPDATE', e.name) AS cure
  FROM pg_available_extensions e
 WHERE e.installed_version IS NOT NULL AND e.installed_version <> e.default_version
