-- hangmeas: no-transaction
--
-- Indexes over the event fields of products, their keys to artists and organizers, and the keys of seats and check-ins.
--
-- Safe on a live shop: every statement is a transaction of its own. Indexes are built CONCURRENTLY, so the shop goes on
-- reading and writing. Constraints are added NOT VALID, which reads no row, and validated after, which blocks nobody.

CREATE INDEX CONCURRENTLY index_spree_products_on_product_type
    ON spree_products (product_type);

CREATE INDEX CONCURRENTLY index_spree_products_on_event_type
    ON spree_products (event_type);

CREATE INDEX CONCURRENTLY index_spree_products_on_event_date
    ON spree_products (event_date);

CREATE INDEX CONCURRENTLY index_spree_products_on_artist_id
    ON spree_products (artist_id);

CREATE INDEX CONCURRENTLY index_spree_products_on_organizer_id
    ON spree_products (organizer_id);

CREATE INDEX CONCURRENTLY index_spree_products_on_event_date_and_event_status
    ON spree_products (event_date, event_status);

CREATE INDEX CONCURRENTLY index_spree_products_on_venue_latitude_and_venue_longitude
    ON spree_products (venue_latitude, venue_longitude);

ALTER TABLE spree_products ADD CONSTRAINT fk_rails_cde5e9136f
    FOREIGN KEY (artist_id) REFERENCES artists (id) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT fk_rails_cde5e9136f;

ALTER TABLE spree_products ADD CONSTRAINT fk_rails_234e03f3e7
    FOREIGN KEY (organizer_id) REFERENCES event_organizers (id) NOT VALID;

ALTER TABLE spree_products VALIDATE CONSTRAINT fk_rails_234e03f3e7;

ALTER TABLE event_seats ADD CONSTRAINT fk_rails_4ffa2a194c
    FOREIGN KEY (product_id) REFERENCES spree_products (id) NOT VALID;

ALTER TABLE event_seats VALIDATE CONSTRAINT fk_rails_4ffa2a194c;

ALTER TABLE event_seats ADD CONSTRAINT fk_rails_0e4e3cb058
    FOREIGN KEY (line_item_id) REFERENCES spree_line_items (id) NOT VALID;

ALTER TABLE event_seats VALIDATE CONSTRAINT fk_rails_0e4e3cb058;

ALTER TABLE event_checkins ADD CONSTRAINT fk_rails_8b80147882
    FOREIGN KEY (order_id) REFERENCES spree_orders (id) NOT VALID;

ALTER TABLE event_checkins VALIDATE CONSTRAINT fk_rails_8b80147882;

ALTER TABLE event_checkins ADD CONSTRAINT fk_rails_c26aefe089
    FOREIGN KEY (line_item_id) REFERENCES spree_line_items (id) NOT VALID;

ALTER TABLE event_checkins VALIDATE CONSTRAINT fk_rails_c26aefe089;

ALTER TABLE event_checkins ADD CONSTRAINT fk_rails_2575e6da7e
    FOREIGN KEY (product_id) REFERENCES spree_products (id) NOT VALID;

ALTER TABLE event_checkins VALIDATE CONSTRAINT fk_rails_2575e6da7e;

ALTER TABLE event_checkins ADD CONSTRAINT fk_rails_3ca7165b39
    FOREIGN KEY (user_id) REFERENCES spree_users (id) NOT VALID;

ALTER TABLE event_checkins VALIDATE CONSTRAINT fk_rails_3ca7165b39;
