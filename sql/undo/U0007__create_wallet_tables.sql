-- Drops the ledger and the payment methods, with what they hold. Locks spree_users for a moment, to release the keys.

DROP TABLE
    user_payment_methods,
    wallet_transactions;
