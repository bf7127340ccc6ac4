-- A contestant's total_votes_received is the sum of the votes for that contestant.
SELECT 'contestant ' || c.id AS object,
       format('total_votes_received is %s, the votes add up to %s', c.total_votes_received, COALESCE(v.total, 0)) AS problem
  FROM xfactor_contestants c
  LEFT JOIN (SELECT contestant_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY contestant_id) v
         ON v.contestant_id = c.id
 WHERE COALESCE(c.total_votes_received, 0) <> COALESCE(v.total, 0)
