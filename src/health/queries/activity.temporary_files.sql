-- Sorts and hashes that did not fit into work_mem.
SELECT 'temp_files' AS object, NULL AS severity,
       format('%s temporary files, %s, were written in %s days: queries run out of work_mem (%s)', d.temp_files,
              pg_size_pretty(d.temp_bytes), greatest({stats_age} / 86400, 1), current_setting('work_mem')) AS what,
       'find the queries with log_temp_files = 0, then raise work_mem for their role' AS cure
  FROM pg_stat_database d
 WHERE d.datname = current_database() AND d.temp_bytes > {temporary_bytes} * greatest({stats_age} / 86400.0, 1)
