-- A vote goes to somebody who performed in that episode.
-- Cure: Add the missing performance to episode_contestants, or move the votes to who performed.
SELECT format('episode %s', b.episode_id) AS object,
       format('%s votes went to contestant %s, who did not perform', b.votes, b.contestant_id) AS problem
  FROM (SELECT episode_id, contestant_id, COUNT(*) AS votes FROM xfactor_votes GROUP BY episode_id, contestant_id) b
 WHERE NOT EXISTS (SELECT FROM episode_contestants p
                    WHERE p.episode_id = b.episode_id AND p.contestant_id = b.contestant_id)
