-- Whom a backend waits for ($1: its process id), and on which relation; one row each.
WITH wanted AS (
    SELECT relation, coalesce(relation::regclass::text, locktype) AS what
      FROM pg_locks
     WHERE pid = $1 AND NOT granted
     LIMIT 1
), blocking AS (
    SELECT DISTINCT pid FROM unnest(pg_blocking_pids($1)) pid
)
SELECT b.pid,
       coalesce(nullif(a.application_name, ''), a.backend_type, 'unknown application'),
       coalesce(a.usename, ''),
       coalesce(a.state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start, a.backend_start)), 0)::bigint,
       coalesce(regexp_replace(left(a.query, 160), '\s+', ' ', 'g'), ''),
       coalesce(a.backend_type, ''),
       coalesce((SELECT what FROM wanted), '')
  FROM blocking b
  LEFT JOIN pg_stat_activity a ON a.pid = b.pid
 WHERE b.pid <> 0
UNION ALL
SELECT 0,
       p.gid,
       p.owner,
       'prepared',
       extract(epoch FROM clock_timestamp() - p.prepared)::bigint,
       '',
       'prepared transaction',
       (SELECT what FROM wanted)
  FROM pg_prepared_xacts p
 WHERE EXISTS (SELECT FROM blocking WHERE pid = 0)
   -- Its locks bear the virtual id of the session that prepared it; the one on its own number tells which.
   AND EXISTS (
        SELECT FROM pg_locks own
          JOIN pg_locks l ON l.virtualtransaction = own.virtualtransaction AND l.pid IS NULL AND l.granted
          JOIN wanted w ON w.relation IS NOT DISTINCT FROM l.relation
         WHERE own.pid IS NULL AND own.transactionid = p.transaction)
 ORDER BY 5 DESC
