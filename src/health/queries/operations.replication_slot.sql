-- Slots that nobody reads: the server keeps WAL for them until the disk is full.
SELECT s.slot_name::text AS object,
       CASE WHEN s.wal_status IN ('unreserved', 'lost') THEN 'error' END AS severity,
       format('replication slot %s is inactive and keeps %s of WAL (%s)', s.slot_name,
              CASE WHEN pg_is_in_recovery() OR s.restart_lsn IS NULL THEN 'an unknown amount'
                   ELSE pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)) END,
              coalesce(s.wal_status, 'not reserved')) AS what,
       format('SELECT pg_drop_replication_slot(%L)', s.slot_name) AS cure
  FROM pg_replication_slots s
 WHERE NOT s.active AND NOT s.temporary
