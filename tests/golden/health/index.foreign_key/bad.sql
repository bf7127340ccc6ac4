CREATE TABLE shelf (id bigserial PRIMARY KEY, artist_id bigint REFERENCES artists (id), "order" bigint REFERENCES spree_orders (id));
CREATE INDEX ON shelf ("order") WHERE artist_id > 0;
