-- Transactions that are open for long: they keep dead rows from being cleaned, and locks from being given back.
-- One that waits for a lock is not at fault: activity.blocked names the session that is.
SELECT format('%s of %s', coalesce(nullif(a.application_name, ''), 'a session'), a.usename) AS object, NULL AS severity,
       format('session %s (%s, %s) has a transaction open since %s', a.pid, a.usename, a.state,
              date_trunc('second', now() - a.xact_start)) AS what,
       format('SELECT pg_terminate_backend(%s)', a.pid) AS cure
  FROM pg_stat_activity a
 WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
   AND a.state NOT LIKE 'idle in transaction%' AND a.wait_event_type IS DISTINCT FROM 'Lock'
   AND a.xact_start < now() - make_interval(secs => {long_transaction})
