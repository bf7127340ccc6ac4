-- What has happened has happened: no record is of a later time than now.
-- Cure: Find the clock or the time zone that is wrong, and correct the time.
SELECT r.object, format('is of %s', r.at) AS problem
  FROM (SELECT 'user ' || id AS object, created_at AS at FROM spree_users WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'vote ' || id, created_at FROM xfactor_votes WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'wallet movement ' || id, created_at FROM wallet_transactions WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'loyalty activity ' || id, created_at FROM loyalty_activities WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'SMS log ' || id, created_at FROM sms_vote_logs WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'store credit ' || id, created_at FROM spree_store_credits WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'order ' || number, completed_at FROM spree_orders WHERE completed_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'subscription ' || id, created_at FROM user_subscriptions WHERE created_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'achievement ' || id, achieved_at FROM achievements WHERE achieved_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'referral reward ' || id, paid_at FROM referral_rewards WHERE paid_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'notification ' || id, sent_at FROM push_notifications WHERE sent_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'invoice ' || number, paid_at FROM subscription_invoices WHERE paid_at > now() AT TIME ZONE 'UTC'
        UNION ALL
        SELECT 'check-in ' || id, checked_in_at FROM event_checkins WHERE checked_in_at > now() AT TIME ZONE 'UTC') r
