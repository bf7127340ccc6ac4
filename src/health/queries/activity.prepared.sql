-- Two-phase transactions that nobody finishes: they hold locks and dead rows across restarts.
SELECT p.gid::text AS object, NULL AS severity,
       format('prepared transaction %L of %s waits since %s', p.gid, p.owner, date_trunc('second', now() - p.prepared)) AS what,
       format('ROLLBACK PREPARED %L', p.gid) AS cure
  FROM pg_prepared_xacts p
 WHERE p.database = current_database() AND p.prepared < now() - make_interval(secs => {prepared})
