CREATE TABLE shelf (id bigserial PRIMARY KEY, artist_id integer REFERENCES artists (id));
