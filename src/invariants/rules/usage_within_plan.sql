-- In a calendar month nobody uses more bonus votes than the plan gives.
-- Cure: Find how the limit was passed by; correct usage_count where one use was counted twice.
SELECT format('subscription %s, %s', m.subscription_id, to_char(m.month, 'YYYY-MM')) AS object,
       format('%s bonus votes used, the plan gives %s', m.used, m.allowed) AS problem
  FROM (SELECT f.subscription_id, date_trunc('month', f.usage_date) AS month, SUM(f.usage_count) AS used,
               MAX(CASE WHEN jsonb_typeof(p.features -> 'monthly_bonus_votes') = 'number'
                        THEN (p.features ->> 'monthly_bonus_votes')::numeric END) AS allowed
          FROM feature_usages f
          JOIN user_subscriptions s ON s.id = f.subscription_id
          JOIN subscription_plans p ON p.id = s.plan_id
         WHERE f.feature_name = 'monthly_bonus_votes'
         GROUP BY f.subscription_id, date_trunc('month', f.usage_date)) m
 WHERE m.used > m.allowed
