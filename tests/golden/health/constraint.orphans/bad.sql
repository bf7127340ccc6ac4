INSERT INTO spree_orders (number, user_id, created_at, updated_at) VALUES ('R1', 4711, now(), now()), ('R2', NULL, now(), now());
CREATE TABLE shelf (id bigserial PRIMARY KEY, artist_id bigint);
INSERT INTO shelf (artist_id) VALUES (7), (8);
ALTER TABLE shelf ADD CONSTRAINT shelf_artist FOREIGN KEY (artist_id) REFERENCES artists (id) NOT VALID;
CREATE TABLE lid (id bigserial PRIMARY KEY, artist_id bigint NOT NULL);
INSERT INTO lid (artist_id) VALUES (1), (2), (3), (4), (4);
ALTER TABLE lid ADD FOREIGN KEY (artist_id) REFERENCES artists (id) NOT VALID;
