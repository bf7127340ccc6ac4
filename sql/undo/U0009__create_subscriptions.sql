-- Drops the tables of subscriptions, with what they hold. Locks spree_users for a moment, to release the keys.

DROP TABLE
    feature_usages,
    subscription_invoices,
    user_subscriptions,
    subscription_plans;
