-- Drops the key and the indexes over the Hangmeas fields of users. Locks spree_users for a moment, reads no row.

ALTER TABLE spree_users DROP CONSTRAINT fk_rails_868d2216b5;

DROP INDEX
    index_spree_users_on_phone_number,
    index_spree_users_on_province,
    index_spree_users_on_loyalty_tier,
    index_spree_users_on_referral_code,
    index_spree_users_on_referred_by_id,
    index_spree_users_on_push_token,
    index_spree_users_on_last_active_at,
    index_spree_users_on_kyc_status,
    index_spree_users_on_id_card_number,
    index_spree_users_on_province_and_district;
