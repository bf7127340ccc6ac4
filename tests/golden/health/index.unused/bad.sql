-- mask: numbers
-- thresholds: unused_after=0, unused_size=40000
CREATE TABLE shelf (id bigserial PRIMARY KEY, label text, code text UNIQUE, artist_id bigint REFERENCES artists (id));
CREATE INDEX shelf_label ON shelf (label);
CREATE INDEX shelf_artist ON shelf (artist_id);
INSERT INTO shelf (label, code) SELECT 'label ' || n, n::text FROM generate_series(1, 2000) n;
