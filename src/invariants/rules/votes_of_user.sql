-- A user's total_votes_cast is the sum of the votes that the user cast.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'user ' || u.id AS object,
       format('total_votes_cast is %s, the votes add up to %s', u.total_votes_cast, COALESCE(v.total, 0)) AS problem,
       format('UPDATE spree_users SET total_votes_cast = (SELECT COALESCE(sum(vote_count), 0) FROM xfactor_votes WHERE user_id = %1$s) WHERE id = %1$s', u.id) AS cure
  FROM spree_users u
  LEFT JOIN (SELECT user_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY user_id) v ON v.user_id = u.id
 WHERE COALESCE(u.total_votes_cast, 0) <> COALESCE(v.total, 0)
