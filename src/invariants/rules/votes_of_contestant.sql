-- A contestant's total_votes_received is the sum of the votes for that contestant.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'contestant ' || c.id AS object,
       format('total_votes_received is %s, the votes add up to %s', c.total_votes_received, COALESCE(v.total, 0)) AS problem,
       format('UPDATE xfactor_contestants SET total_votes_received = (SELECT COALESCE(sum(vote_count), 0) FROM xfactor_votes WHERE contestant_id = %1$s) WHERE id = %1$s', c.id) AS cure
  FROM xfactor_contestants c
  LEFT JOIN (SELECT contestant_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY contestant_id) v
         ON v.contestant_id = c.id
 WHERE COALESCE(c.total_votes_received, 0) <> COALESCE(v.total, 0)
