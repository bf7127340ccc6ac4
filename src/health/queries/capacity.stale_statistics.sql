-- Tables that changed much since the planner last looked at them.
SELECT s.relid::regclass::text AS object, NULL AS severity,
       format('%s has %s changed rows since it was last analyzed (%s)', s.relid::regclass, s.n_mod_since_analyze,
              coalesce(to_char(greatest(s.last_analyze, s.last_autoanalyze), 'YYYY-MM-DD HH24:MI'), 'never')) AS what,
       format('ANALYZE %s', s.relid::regclass) AS cure
  FROM pg_stat_user_tables s
  JOIN pg_class c ON c.oid = s.relid
 WHERE c.relnamespace = ANY ({scope}) AND s.n_mod_since_analyze > {changed_rows}
   AND NOT c.oid = ANY ({owned}) AND s.n_mod_since_analyze > 0.2 * s.n_live_tup
