-- A user's loyalty_points are the sum of what was earned, redeemed and adjusted.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'user ' || u.id AS object,
       format('loyalty_points is %s, the activities add up to %s', u.loyalty_points, COALESCE(a.total, 0)) AS problem,
       format('UPDATE spree_users SET loyalty_points = (SELECT COALESCE(sum(points), 0) FROM loyalty_activities WHERE user_id = %1$s) WHERE id = %1$s', u.id) AS cure
  FROM spree_users u
  LEFT JOIN (SELECT user_id, SUM(points) AS total FROM loyalty_activities GROUP BY user_id) a ON a.user_id = u.id
 WHERE COALESCE(u.loyalty_points, 0) <> COALESCE(a.total, 0)
