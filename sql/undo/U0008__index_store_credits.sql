-- Drops these keys and indexes. Locks spree_store_credits and spree_users for a moment, reads no row.

ALTER TABLE wallet_transactions DROP CONSTRAINT fk_rails_fa63a15265;
ALTER TABLE spree_store_credits DROP CONSTRAINT fk_rails_8656832a3d;
ALTER TABLE spree_store_credits DROP CONSTRAINT fk_rails_91c399fd43;

DROP INDEX
    index_spree_store_credits_on_transaction_type,
    index_spree_store_credits_on_source_type,
    index_spree_store_credits_on_recipient_id,
    index_spree_store_credits_on_sender_id,
    index_spree_store_credits_on_reference_number,
    index_spree_store_credits_on_expires_at,
    index_spree_store_credits_on_transaction_type_and_created_at,
    index_spree_store_credits_on_user_id_and_currency;
