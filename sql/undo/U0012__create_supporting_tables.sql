-- Drops these tables, with what they hold. Locks spree_users for a moment, to release the keys.

DROP TABLE
    referral_rewards,
    topup_promotions,
    app_banners,
    push_notifications,
    achievements,
    loyalty_activities;
