-- WAL archiving that fails now, or is not there at all.
SELECT 'archiver' AS object, 'error' AS severity,
       format('archiving fails: %s at %s, last success %s', a.last_failed_wal, to_char(a.last_failed_time, 'YYYY-MM-DD HH24:MI'),
              coalesce(to_char(a.last_archived_time, 'YYYY-MM-DD HH24:MI'), 'never')) AS what,
       'read the server''s log for the output of archive_command, and cure that' AS cure
  FROM pg_stat_archiver a
 WHERE current_setting('archive_mode') <> 'off'
   AND a.last_failed_time > coalesce(a.last_archived_time, '-infinity')
UNION ALL
SELECT 'archive_mode', NULL, 'WAL is not archived: the database can be restored to its last backup, not to a point in time',
       'set archive_mode to on and archive_command to what copies a file away, then restart the server'
 WHERE current_setting('archive_mode') = 'off' AND NOT pg_is_in_recovery()
