-- How far the index build of a backend is ($1: its process id).
SELECT phase,
       CASE WHEN blocks_total > 0 THEN 100 * blocks_done / blocks_total
            WHEN tuples_total > 0 THEN 100 * tuples_done / tuples_total
            WHEN lockers_total > 0 THEN 100 * lockers_done / lockers_total END,
       nullif(current_locker_pid, 0)
  FROM pg_stat_progress_create_index
 WHERE pid = $1
