ALTER TABLE artists ADD CONSTRAINT known_country CHECK (country <> '') NOT VALID;
CREATE TABLE shelf (id bigserial PRIMARY KEY, artist_id bigint);
ALTER TABLE shelf ADD CONSTRAINT shelf_artist FOREIGN KEY (artist_id) REFERENCES artists (id) NOT VALID;
