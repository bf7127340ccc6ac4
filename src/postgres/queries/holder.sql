-- Who holds one of the advisory locks of this database: $1 is the key of a run, $2 that of Rails, $3 that of a run's work,
-- $4 that of who tries for it.
SELECT k.what,
       l.pid,
       coalesce(nullif(a.application_name, ''), 'unnamed application'),
       coalesce(a.usename, 'unknown user'),
       CASE WHEN a.client_addr IS NULL THEN 'this machine or unknown' ELSE host(a.client_addr) END,
       coalesce(to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), 'an unknown time')
  FROM (VALUES (1, 'run', $1::bigint), (2, 'rails', $2), (3, 'work', $3), (4, 'try', $4)) k (place, what, key)
  JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                 AND l.classid::bigint = (k.key >> 32) & 4294967295
                 AND l.objid::bigint = k.key & 4294967295
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.pid IS DISTINCT FROM pg_backend_pid()
 ORDER BY k.place
 LIMIT 1
