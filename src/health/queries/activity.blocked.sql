-- Sessions that wait for a lock, and the session at the root of the queue.
WITH RECURSIVE waits AS (
    SELECT a.pid, a.pid AS waiter, unnest(pg_blocking_pids(a.pid)) AS blocker, 1 AS depth
      FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
       AND a.query_start < now() - make_interval(secs => {blocked})
    UNION
    SELECT w.pid, w.blocker, unnest(pg_blocking_pids(w.blocker)), w.depth + 1 FROM waits w WHERE w.depth < 20
), roots AS (
    SELECT DISTINCT w.pid, w.blocker FROM waits w
     WHERE NOT EXISTS (SELECT FROM waits d WHERE d.pid = w.pid AND d.waiter = w.blocker)
)
SELECT format('%s of %s', coalesce(nullif(a.application_name, ''), 'a session'), a.usename) AS object, NULL AS severity,
       format('session %s (%s) waits since %s for session %s (%s, %s)', a.pid, a.usename,
              date_trunc('second', now() - a.query_start), b.pid, b.usename, b.state) AS what,
       format('SELECT pg_terminate_backend(%s)', b.pid) AS cure
  FROM roots r
  JOIN pg_stat_activity a ON a.pid = r.pid
  JOIN pg_stat_activity b ON b.pid = r.blocker
