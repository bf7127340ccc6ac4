-- hangmeas: no-transaction
--
-- Indexes over the Hangmeas fields of users, and the key from a user to the one who referred them.
--
-- Safe on a live shop: every statement is a transaction of its own. Indexes are built CONCURRENTLY, so the shop goes on
-- reading and writing. Constraints are added NOT VALID, which reads no row, and validated after, which blocks nobody.

CREATE UNIQUE INDEX CONCURRENTLY index_spree_users_on_phone_number
    ON spree_users (phone_number);

CREATE INDEX CONCURRENTLY index_spree_users_on_province
    ON spree_users (province);

CREATE INDEX CONCURRENTLY index_spree_users_on_loyalty_tier
    ON spree_users (loyalty_tier);

CREATE UNIQUE INDEX CONCURRENTLY index_spree_users_on_referral_code
    ON spree_users (referral_code);

CREATE INDEX CONCURRENTLY index_spree_users_on_referred_by_id
    ON spree_users (referred_by_id);

CREATE INDEX CONCURRENTLY index_spree_users_on_push_token
    ON spree_users (push_token);

CREATE INDEX CONCURRENTLY index_spree_users_on_last_active_at
    ON spree_users (last_active_at);

CREATE INDEX CONCURRENTLY index_spree_users_on_kyc_status
    ON spree_users (kyc_status);

CREATE INDEX CONCURRENTLY index_spree_users_on_id_card_number
    ON spree_users (id_card_number);

CREATE INDEX CONCURRENTLY index_spree_users_on_province_and_district
    ON spree_users (province, district);

ALTER TABLE spree_users ADD CONSTRAINT fk_rails_868d2216b5
    FOREIGN KEY (referred_by_id) REFERENCES spree_users (id) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT fk_rails_868d2216b5;
