-- Sessions that began a transaction and do nothing.
SELECT format('%s of %s', coalesce(nullif(a.application_name, ''), 'a session'), a.usename) AS object, NULL AS severity,
       format('session %s (%s) is idle in a transaction since %s', a.pid, a.usename,
              date_trunc('second', now() - a.state_change)) AS what,
       format('SELECT pg_terminate_backend(%s)', a.pid) AS cure
  FROM pg_stat_activity a
 WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
   AND a.state LIKE 'idle in transaction%'
   AND a.state_change < now() - make_interval(secs => {idle_in_transaction})
