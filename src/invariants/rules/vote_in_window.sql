-- A vote is cast while the voting of its episode is open.
-- Cure: Decide whether the vote counts: correct the window of the episode, or delete the vote and compute the totals anew.
SELECT 'vote ' || v.id AS object,
       format('cast at %s, voting in episode %s is open from %s to %s', v.created_at, e.id, e.voting_start, e.voting_end) AS problem
  FROM xfactor_votes v
  JOIN xfactor_episodes e ON e.id = v.episode_id
 WHERE v.created_at < e.voting_start OR v.created_at > e.voting_end
