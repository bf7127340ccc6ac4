-- A season's total_revenue is what was paid for the votes in its episodes.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'season ' || s.id AS object,
       format('total_revenue is %s, the votes paid %s', s.total_revenue, COALESCE(v.paid, 0)) AS problem,
       format('UPDATE xfactor_seasons SET total_revenue = (SELECT COALESCE(sum(v.amount_paid), 0) FROM xfactor_votes v JOIN xfactor_episodes e ON e.id = v.episode_id WHERE e.season_id = %1$s) WHERE id = %1$s', s.id) AS cure
  FROM xfactor_seasons s
  LEFT JOIN (SELECT e.season_id, SUM(b.paid) AS paid
               FROM (SELECT episode_id, SUM(amount_paid) AS paid FROM xfactor_votes GROUP BY episode_id) b
               JOIN xfactor_episodes e ON e.id = b.episode_id
              GROUP BY e.season_id) v ON v.season_id = s.id
 WHERE COALESCE(s.total_revenue, 0) <> COALESCE(v.paid, 0)
