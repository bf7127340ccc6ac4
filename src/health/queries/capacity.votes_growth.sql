-- How fast votes come in: rows inserted since statistics began, carried on for a year.
SELECT 'xfactor_votes' AS object, NULL AS severity,
       format('xfactor_votes grows by about %s rows a day: %s million in a year', s.n_tup_ins * 86400 / greatest({stats_age}, 1),
              s.n_tup_ins * 86400 / greatest({stats_age}, 1) * 365 / 1000000) AS what,
       'partition it by season or by month of created_at' AS cure
  FROM pg_stat_user_tables s
 WHERE s.relid = to_regclass('xfactor_votes') AND {stats_age} >= {votes_after}
   AND s.n_tup_ins * 86400 / greatest({stats_age}, 1) * 365 > {votes_a_year}
