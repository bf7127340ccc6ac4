-- Data checksums: whether a flipped bit on disk would be noticed, and whether one was.
SELECT 'data_checksums' AS object, NULL AS severity,
       'data checksums are off: a damaged page is not noticed until it is needed' AS what,
       'stop the server, run pg_checksums --enable, start it again' AS cure
 WHERE current_setting('data_checksums') = 'off'
UNION ALL
SELECT coalesce(d.datname, 'shared objects'), 'error',
       format('%s pages of %s failed their checksum, the last at %s', d.checksum_failures, coalesce(d.datname, 'shared objects'),
              to_char(d.checksum_last_failure, 'YYYY-MM-DD HH24:MI')),
       'restore from a backup to another server, and replace the disk'
  FROM pg_stat_database d
 WHERE d.checksum_failures > 0
