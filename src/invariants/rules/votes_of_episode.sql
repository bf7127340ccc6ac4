-- An episode's total_votes is the sum of the votes in it.
SELECT 'episode ' || e.id AS object,
       format('total_votes is %s, the votes add up to %s', e.total_votes, COALESCE(v.total, 0)) AS problem
  FROM xfactor_episodes e
  LEFT JOIN (SELECT episode_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY episode_id) v ON v.episode_id = e.id
 WHERE COALESCE(e.total_votes, 0) <> COALESCE(v.total, 0)
