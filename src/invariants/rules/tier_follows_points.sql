-- A user's tier is that of the points earned in a lifetime: silver from 5,000, gold from 10,000, platinum from 15,000.
-- Cure: Set the tier that the points give; then find what earns points without raising the tier.
SELECT 'user ' || t.id AS object,
       format('is %s with %s points earned', COALESCE(t.loyalty_tier, 'of no tier'), t.earned) AS problem,
       format('UPDATE spree_users SET loyalty_tier = %L WHERE id = %s', t.due, t.id) AS cure
  FROM (SELECT u.id, u.loyalty_tier, COALESCE(a.earned, 0) AS earned,
               CASE WHEN a.earned >= 15000 THEN 'platinum'
                    WHEN a.earned >= 10000 THEN 'gold'
                    WHEN a.earned >= 5000 THEN 'silver'
                    ELSE 'bronze' END AS due
          FROM spree_users u
          LEFT JOIN (SELECT user_id, SUM(points) AS earned FROM loyalty_activities
                      WHERE points > 0 GROUP BY user_id) a ON a.user_id = u.id) t
 WHERE COALESCE(t.loyalty_tier, 'bronze') <> t.due
