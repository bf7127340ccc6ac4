-- A season's total_revenue is what was paid for the votes in its episodes.
SELECT 'season ' || s.id AS object,
       format('total_revenue is %s, the votes paid %s', s.total_revenue, COALESCE(v.paid, 0)) AS problem
  FROM xfactor_seasons s
  LEFT JOIN (SELECT e.season_id, SUM(b.paid) AS paid
               FROM (SELECT episode_id, SUM(amount_paid) AS paid FROM xfactor_votes GROUP BY episode_id) b
               JOIN xfactor_episodes e ON e.id = b.episode_id
              GROUP BY e.season_id) v ON v.season_id = s.id
 WHERE COALESCE(s.total_revenue, 0) <> COALESCE(v.paid, 0)
