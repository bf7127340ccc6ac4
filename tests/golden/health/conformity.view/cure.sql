-- printed
DROP VIEW user_wallet_balances; CREATE VIEW user_wallet_balances AS SELECT spree_store_credits.user_id,
    spree_store_credits.currency,
    sum(spree_store_credits.amount - spree_store_credits.amount_used - spree_store_credits.amount_authorized) AS balance,
    count(*) AS transaction_count,
    max(spree_store_credits.created_at) AS last_transaction_at
   FROM spree_store_credits
  WHERE spree_store_credits.deleted_at IS NULL AND spree_store_credits.expired IS NOT TRUE AND (spree_store_credits.expires_at IS NULL OR spree_store_credits.expires_at > (now() AT TIME ZONE 'UTC'::text))
  GROUP BY spree_store_credits.user_id, spree_store_credits.currency
 HAVING sum(spree_store_credits.amount - spree_store_credits.amount_used - spree_store_credits.amount_authorized) > 0::numeric;
