-- An episode's total_votes is the sum of the votes in it.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'episode ' || e.id AS object,
       format('total_votes is %s, the votes add up to %s', e.total_votes, COALESCE(v.total, 0)) AS problem,
       format('UPDATE xfactor_episodes SET total_votes = (SELECT COALESCE(sum(vote_count), 0) FROM xfactor_votes WHERE episode_id = %1$s) WHERE id = %1$s', e.id) AS cure
  FROM xfactor_episodes e
  LEFT JOIN (SELECT episode_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY episode_id) v ON v.episode_id = e.id
 WHERE COALESCE(e.total_votes, 0) <> COALESCE(v.total, 0)
