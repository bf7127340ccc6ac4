-- What has happened has happened: no record is of a later time than now.
-- Cure: Find the clock or the time zone that is wrong, and correct the time.
SELECT r.object, format('is of %s', r.at) AS problem
  FROM (SELECT 'user ' || id AS object, GREATEST(created_at, last_active_at, phone_verified_at, id_card_verified_at, date_of_birth) AS at FROM spree_users
        UNION ALL
        SELECT 'vote ' || id, created_at FROM xfactor_votes
        UNION ALL
        SELECT 'wallet movement ' || id, created_at FROM wallet_transactions
        UNION ALL
        SELECT 'payment method ' || id, created_at FROM user_payment_methods
        UNION ALL
        SELECT 'loyalty activity ' || id, created_at FROM loyalty_activities
        UNION ALL
        SELECT 'SMS log ' || id, created_at FROM sms_vote_logs
        UNION ALL
        SELECT 'SMS log ' || id, confirmed_at FROM sms_vote_logs
        UNION ALL
        SELECT 'store credit ' || id, created_at FROM spree_store_credits
        UNION ALL
        SELECT 'store credit event ' || id, created_at FROM spree_store_credit_events
        UNION ALL
        SELECT 'order ' || number, completed_at FROM spree_orders
        UNION ALL
        SELECT 'subscription ' || id, created_at FROM user_subscriptions
        UNION ALL
        SELECT 'achievement ' || id, achieved_at FROM achievements
        UNION ALL
        SELECT 'referral reward ' || id, qualified_at FROM referral_rewards
        UNION ALL
        SELECT 'referral reward ' || id, paid_at FROM referral_rewards
        UNION ALL
        SELECT 'notification ' || id, sent_at FROM push_notifications
        UNION ALL
        SELECT 'notification ' || id, read_at FROM push_notifications
        UNION ALL
        SELECT 'invoice ' || number, paid_at FROM subscription_invoices
        UNION ALL
        SELECT 'check-in ' || id, checked_in_at FROM event_checkins) r
 -- The clock of an application may be ahead by a moment.
 WHERE r.at > now() AT TIME ZONE 'UTC' + interval '1 minute'
