-- Who holds, or waits for, a lock on a table of this database that keeps readers out; the columns of blockers.sql.
SELECT DISTINCT
       coalesce(l.pid, 0) AS pid,
       coalesce(p.gid, nullif(a.application_name, ''), a.backend_type, 'unknown application'),
       coalesce(p.owner, a.usename, ''),
       coalesce(a.state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - coalesce(p.prepared, a.xact_start, a.query_start, a.backend_start)), 0)::bigint AS age,
       coalesce(regexp_replace(left(a.query, 160), '\s+', ' ', 'g'), ''),
       CASE WHEN p.gid IS NULL THEN coalesce(a.backend_type, '') ELSE 'prepared transaction' END,
       c.oid::regclass::text,
       l.granted
  FROM pg_locks               l
  JOIN pg_class               c ON c.oid = l.relation
  LEFT JOIN pg_stat_activity  a ON a.pid = l.pid
  LEFT JOIN pg_prepared_xacts p ON l.pid IS NULL AND l.virtualtransaction = '-1/' || p.transaction::text
 WHERE l.locktype = 'relation'
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.mode = 'AccessExclusiveLock'
   AND l.pid IS DISTINCT FROM pg_backend_pid()
   AND c.relkind IN ('r', 'p', 'S', 'm', 'f')
   AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
 ORDER BY l.granted DESC, age DESC
 LIMIT 10
