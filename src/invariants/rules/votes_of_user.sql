-- A user's total_votes_cast is the sum of the votes that the user cast.
SELECT 'user ' || u.id AS object,
       format('total_votes_cast is %s, the votes add up to %s', u.total_votes_cast, COALESCE(v.total, 0)) AS problem
  FROM spree_users u
  LEFT JOIN (SELECT user_id, SUM(vote_count) AS total FROM xfactor_votes GROUP BY user_id) v ON v.user_id = u.id
 WHERE COALESCE(u.total_votes_cast, 0) <> COALESCE(v.total, 0)
