-- Tables with more dead rows than autovacuum should ever leave.
SELECT s.relid::regclass::text AS object, NULL AS severity,
       format('%s has %s dead rows beside %s live ones; last vacuumed %s', s.relid::regclass, s.n_dead_tup, s.n_live_tup,
              coalesce(to_char(greatest(s.last_vacuum, s.last_autovacuum), 'YYYY-MM-DD HH24:MI'), 'never')) AS what,
       format('VACUUM (ANALYZE) %s', s.relid::regclass) AS cure
  FROM pg_stat_user_tables s
  JOIN pg_class c ON c.oid = s.relid
 WHERE c.relnamespace = ANY ({scope}) AND s.n_dead_tup > {dead_rows} AND NOT c.oid = ANY ({owned}) AND s.n_dead_tup > 0.2 * s.n_live_tup
