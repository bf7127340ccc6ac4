-- A user's tier is that of the points earned in a lifetime: silver from 5,000, gold from 10,000, platinum from 15,000.
SELECT 'user ' || u.id AS object,
       format('is %s with %s points earned', COALESCE(u.loyalty_tier, 'of no tier'), COALESCE(a.earned, 0)) AS problem
  FROM spree_users u
  LEFT JOIN (SELECT user_id, SUM(points) AS earned FROM loyalty_activities
              WHERE points > 0 GROUP BY user_id) a ON a.user_id = u.id
 WHERE COALESCE(u.loyalty_tier, 'bronze') <> CASE WHEN COALESCE(a.earned, 0) >= 15000 THEN 'platinum'
                              WHEN a.earned >= 10000 THEN 'gold'
                              WHEN a.earned >= 5000 THEN 'silver'
                              ELSE 'bronze' END
