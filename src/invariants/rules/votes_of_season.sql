-- A season's total_votes_cast is the sum of the votes in its episodes.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'season ' || s.id AS object,
       format('total_votes_cast is %s, the votes add up to %s', s.total_votes_cast, COALESCE(v.total, 0)) AS problem,
       format('UPDATE xfactor_seasons SET total_votes_cast = (SELECT COALESCE(sum(v.vote_count), 0) FROM xfactor_votes v JOIN xfactor_episodes e ON e.id = v.episode_id WHERE e.season_id = %1$s) WHERE id = %1$s', s.id) AS cure
  FROM xfactor_seasons s
  LEFT JOIN (SELECT e.season_id, SUM(b.total) AS total
               FROM (SELECT episode_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY episode_id) b
               JOIN xfactor_episodes e ON e.id = b.episode_id
              GROUP BY e.season_id) v ON v.season_id = s.id
 WHERE COALESCE(s.total_votes_cast, 0) <> COALESCE(v.total, 0)
