UNION ALL
SELECT d.datname, NULL,
       format('database %s was built with collation version %s and the system has %s', d.datname, d.datcollversion,
              pg_database_collation_actual_version(d.oid)),
       format('REINDEX DATABASE %I; ALTER DATABASE %1$I REFRESH COLLATION VERSION', d.datname)
  FROM pg_database d
 WHERE d.datname = current_database() AND d.datcollversion IS NOT NULL
   AND d.datcollversion <> pg_database_collation_actual_version(d.oid)
