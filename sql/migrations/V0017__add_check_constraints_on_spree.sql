-- hangmeas: no-transaction
--
-- What the Hangmeas columns of users and products may hold. Columns of Spree itself are left alone: these columns are new,
-- and every row of the shop has their defaults or NULL, which all of these allow.
--
-- Left open on purpose, because no closed list is stated anywhere: kyc_status ('pending' by default, 'verified', and
-- whatever a reviewer decides), verification_level, account_status, language_preference, gender, product_type, event_status.
--
-- Safe on a live shop: every statement is a transaction of its own. A check is added NOT VALID, which reads no row, and
-- validated after, which blocks neither readers nor writers.

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_loyalty_tier
    CHECK (loyalty_tier IN ('bronze', 'silver', 'gold', 'platinum')) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_loyalty_tier;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_loyalty_points
    CHECK (loyalty_points >= 0) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_loyalty_points;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_total_spent
    CHECK (total_spent >= 0) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_total_spent;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_total_saved
    CHECK (total_saved >= 0) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_total_saved;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_total_votes_cast
    CHECK (total_votes_cast >= 0) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_total_votes_cast;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_referral_count
    CHECK (referral_count >= 0) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_referral_count;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_not_own_referrer
    CHECK (referred_by_id <> id) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_not_own_referrer;

ALTER TABLE spree_users ADD CONSTRAINT chk_spree_users_device_type
    CHECK (device_type IN ('ios', 'android')) NOT VALID;

ALTER TABLE spree_users VALIDATE CONSTRAINT chk_spree_users_device_type;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_event_type
    CHECK (event_type IN ('concert', 'xfactor', 'show', 'movie')) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_event_type;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_event_dates
    CHECK (event_end_date > event_date) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_event_dates;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_sale_dates
    CHECK (sale_end_date > sale_start_date) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_sale_dates;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_venue_latitude
    CHECK (venue_latitude BETWEEN -90 AND 90) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_venue_latitude;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_venue_longitude
    CHECK (venue_longitude BETWEEN -180 AND 180) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_venue_longitude;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_venue_capacity
    CHECK (venue_capacity >= 0) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_venue_capacity;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_tickets_sold
    CHECK (tickets_sold >= 0) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_tickets_sold;

ALTER TABLE spree_products ADD CONSTRAINT chk_spree_products_age_restriction
    CHECK (age_restriction BETWEEN 0 AND 120) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT chk_spree_products_age_restriction;
