-- Drops these indexes. Locks four tables of the shop for a moment, reads no row.

DROP INDEX
    index_spree_orders_on_user_id_and_state_and_created_at,
    index_spree_line_items_on_order_id_and_variant_id,
    idx_verified_users_created_at,
    idx_store_credits_created_at_brin,
    index_spree_users_on_notification_preferences,
    index_spree_users_on_khmer_name;
