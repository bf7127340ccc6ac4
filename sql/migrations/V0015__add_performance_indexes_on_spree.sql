-- hangmeas: no-transaction
--
-- Composite, partial, BRIN, GIN and trigram indexes over the tables of Spree.
--
-- Safe on a live shop: every index is built CONCURRENTLY, in a transaction of its own, while the shop goes on reading and
-- writing.

CREATE INDEX CONCURRENTLY index_spree_orders_on_user_id_and_state_and_created_at
    ON spree_orders (user_id, state, created_at);

CREATE INDEX CONCURRENTLY index_spree_line_items_on_order_id_and_variant_id
    ON spree_line_items (order_id, variant_id);

CREATE INDEX CONCURRENTLY idx_verified_users_created_at
    ON spree_users (created_at)
    WHERE kyc_status = 'verified';

CREATE INDEX CONCURRENTLY idx_store_credits_created_at_brin
    ON spree_store_credits USING brin (created_at);

CREATE INDEX CONCURRENTLY index_spree_users_on_notification_preferences
    ON spree_users USING gin (notification_preferences);

CREATE INDEX CONCURRENTLY index_spree_users_on_khmer_name
    ON spree_users USING gin (khmer_name gin_trgm_ops);
