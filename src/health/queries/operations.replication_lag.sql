-- Standbys that are behind; on a standby, how long ago the last transaction came.
SELECT coalesce(nullif(r.application_name, ''), r.client_addr::text, 'standby') AS object, NULL AS severity,
       format('standby %s is %s behind (%s)', coalesce(nullif(r.application_name, ''), r.client_addr::text),
              pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)), coalesce(date_trunc('second', r.replay_lag)::text, 'time unknown')) AS what,
       'look at the standby''s disk and network, and for queries there that hold replay back' AS cure
  FROM pg_stat_replication r
 WHERE NOT pg_is_in_recovery() AND r.state = 'streaming'
   AND (r.replay_lag > make_interval(secs => {replication_lag})
        OR pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN r.replay_lsn ELSE pg_current_wal_lsn() END, r.replay_lsn) > {replication_bytes})
UNION ALL
SELECT 'this standby', NULL, format('this standby last replayed a transaction %s ago', date_trunc('second', now() - last.replay)),
       'look at the connection to the primary and at pg_stat_wal_receiver'
  -- One that has replayed none knows no time.
  FROM (SELECT coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()) AS replay) last
 WHERE pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
   AND now() - last.replay > make_interval(secs => {replication_lag})
UNION ALL
SELECT 'walreceiver', 'error', 'this standby receives nothing: it is not connected to its primary',
       'look at primary_conninfo, at the network, and whether the primary runs'
 WHERE pg_is_in_recovery() AND current_setting('primary_conninfo') <> ''
   AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver)
