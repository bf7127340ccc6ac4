-- Transactions that PostgreSQL had to kill because they waited for each other.
SELECT 'deadlocks' AS object, NULL AS severity,
       format('%s deadlocks in %s days', d.deadlocks, greatest({stats_age} / 86400, 1)) AS what,
       'take locks in one order everywhere; the log names both statements of each deadlock' AS cure
  FROM pg_stat_database d
 WHERE d.datname = current_database() AND d.deadlocks > {deadlocks} * greatest({stats_age} / 86400.0, 1)
