-- How far the index build of a backend is ($1: its process id). Counts of an earlier phase stay behind: those of
-- blocks are read last.
SELECT phase,
       CASE WHEN phase LIKE 'waiting for %' THEN 100 * lockers_done / nullif(lockers_total, 0)
            WHEN tuples_total > 0 THEN 100 * tuples_done / tuples_total
            WHEN blocks_total > 0 THEN 100 * blocks_done / blocks_total END,
       nullif(current_locker_pid, 0)
  FROM pg_stat_progress_create_index
 WHERE pid = $1
