-- Drops these keys and indexes. Locks the tables on both ends of the keys for a moment (products, orders, line items and
-- users of the shop), reads no row.

ALTER TABLE event_checkins DROP CONSTRAINT fk_rails_3ca7165b39;
ALTER TABLE event_checkins DROP CONSTRAINT fk_rails_2575e6da7e;
ALTER TABLE event_checkins DROP CONSTRAINT fk_rails_c26aefe089;
ALTER TABLE event_checkins DROP CONSTRAINT fk_rails_8b80147882;
ALTER TABLE event_seats DROP CONSTRAINT fk_rails_0e4e3cb058;
ALTER TABLE event_seats DROP CONSTRAINT fk_rails_4ffa2a194c;
ALTER TABLE spree_products DROP CONSTRAINT fk_rails_234e03f3e7;
ALTER TABLE spree_products DROP CONSTRAINT fk_rails_cde5e9136f;

DROP INDEX
    index_spree_products_on_product_type,
    index_spree_products_on_event_type,
    index_spree_products_on_event_date,
    index_spree_products_on_artist_id,
    index_spree_products_on_organizer_id,
    index_spree_products_on_event_date_and_event_status,
    index_spree_products_on_venue_latitude_and_venue_longitude;
