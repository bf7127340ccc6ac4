-- Nobody has done anything in the app more than a day after last_active_at.
-- Cure: Set it to what the user did last, which happened; then find what lets users act without it.
SELECT 'user ' || u.id AS object,
       format('last_active_at is %s, did something at %s', u.last_active_at, max(act.at)) AS problem,
       format('UPDATE spree_users SET last_active_at = %L WHERE id = %s', max(act.at), u.id) AS cure
  FROM spree_users u
  JOIN (SELECT user_id, max(created_at) AS at FROM xfactor_votes
         WHERE vote_type IS DISTINCT FROM 'sms' GROUP BY user_id
        UNION ALL
        SELECT user_id, max(created_at) FROM wallet_transactions
         WHERE transaction_type IN ('topup', 'purchase', 'transfer_out')
           AND reference_type IS DISTINCT FROM 'SubscriptionInvoice' GROUP BY user_id
        UNION ALL
        SELECT user_id, completed_at FROM spree_orders
        UNION ALL
        SELECT user_id, read_at FROM push_notifications WHERE read_at IS NOT NULL
        UNION ALL
        SELECT user_id, created_at FROM user_subscriptions
        UNION ALL
        SELECT user_id, max(usage_date) FROM feature_usages GROUP BY user_id) act ON act.user_id = u.id
 WHERE u.last_active_at < act.at - interval '1 day'
 GROUP BY u.id, u.last_active_at
