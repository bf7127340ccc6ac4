-- Who was eliminated performs in no later episode of the season.
-- Cure: Clear the mark in the episode where the contestant stayed, or delete the later performances.
SELECT format('contestant %s', later.contestant_id) AS object,
       format('eliminated in episode %s, performs again in episode %s', gone.episode_number, e.episode_number) AS problem
  FROM (SELECT p.contestant_id, f.season_id, MIN(f.episode_number) AS episode_number
          FROM episode_contestants p
          JOIN xfactor_episodes f ON f.id = p.episode_id
         WHERE p.eliminated
         GROUP BY p.contestant_id, f.season_id) gone
  JOIN episode_contestants later ON later.contestant_id = gone.contestant_id
  JOIN xfactor_episodes e ON e.id = later.episode_id
                         AND e.season_id = gone.season_id
                         AND e.episode_number > gone.episode_number
