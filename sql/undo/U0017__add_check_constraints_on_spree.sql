-- Drops the checks on the tables of the shop. Locks both tables for a moment, reads no row.

ALTER TABLE spree_products
    DROP CONSTRAINT chk_spree_products_age_restriction,
    DROP CONSTRAINT chk_spree_products_tickets_sold,
    DROP CONSTRAINT chk_spree_products_venue_capacity,
    DROP CONSTRAINT chk_spree_products_venue_longitude,
    DROP CONSTRAINT chk_spree_products_venue_latitude,
    DROP CONSTRAINT chk_spree_products_sale_dates,
    DROP CONSTRAINT chk_spree_products_event_dates,
    DROP CONSTRAINT chk_spree_products_event_type;

ALTER TABLE spree_users
    DROP CONSTRAINT chk_spree_users_device_type,
    DROP CONSTRAINT chk_spree_users_not_own_referrer,
    DROP CONSTRAINT chk_spree_users_referral_count,
    DROP CONSTRAINT chk_spree_users_total_votes_cast,
    DROP CONSTRAINT chk_spree_users_total_saved,
    DROP CONSTRAINT chk_spree_users_total_spent,
    DROP CONSTRAINT chk_spree_users_loyalty_points,
    DROP CONSTRAINT chk_spree_users_loyalty_tier;
