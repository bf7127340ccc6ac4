-- printed
CREATE OR REPLACE VIEW user_wallet_balances AS SELECT spree_store_credits.user_id,
    spree_store_credits.currency,
    sum(spree_store_credits.amount - spree_store_credits.amount_used - spree_store_credits.amount_authorized) AS balance,
    count(*) AS transaction_count,
    max(spree_store_credits.created_at) AS last_transaction_at
   FROM spree_store_credits
  WHERE spree_store_credits.deleted_at IS NULL AND spree_store_credits.expired IS NOT TRUE AND (spree_store_credits.expires_at IS NULL OR spree_store_credits.expires_at > (now() AT TIME ZONE 'UTC'::text))
  GROUP BY spree_store_credits.user_id, spree_store_credits.currency
 HAVING sum(spree_store_credits.amount - spree_store_credits.amount_used - spree_store_credits.amount_authorized) > 0::numeric;
DROP VIEW user_analytics; CREATE MATERIALIZED VIEW user_analytics AS SELECT u.id,
    u.email,
    u.phone_number,
    u.loyalty_tier,
    u.loyalty_points,
    u.total_spent,
    COALESCE(o.order_count, 0::bigint) AS order_count,
    COALESCE(v.vote_count, 0::bigint) AS vote_count,
    v.total_votes_cast,
    COALESCE(sc.wallet_transactions, 0::bigint) AS wallet_transactions,
    u.created_at AS member_since,
    u.last_active_at
   FROM spree_users u
     LEFT JOIN ( SELECT spree_orders.user_id,
            count(*) AS order_count
           FROM spree_orders
          WHERE spree_orders.state::text = 'complete'::text
          GROUP BY spree_orders.user_id) o ON o.user_id = u.id
     LEFT JOIN ( SELECT xfactor_votes.user_id,
            count(*) AS vote_count,
            sum(xfactor_votes.vote_count) AS total_votes_cast
           FROM xfactor_votes
          GROUP BY xfactor_votes.user_id) v ON v.user_id = u.id
     LEFT JOIN ( SELECT spree_store_credits.user_id,
            count(*) AS wallet_transactions
           FROM spree_store_credits
          GROUP BY spree_store_credits.user_id) sc ON sc.user_id = u.id; CREATE UNIQUE INDEX idx_user_analytics_id ON user_analytics USING btree (id); CREATE INDEX idx_user_analytics_loyalty_tier ON user_analytics USING btree (loyalty_tier); CREATE INDEX idx_user_analytics_total_spent ON user_analytics USING btree (total_spent);
