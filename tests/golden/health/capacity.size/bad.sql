-- mask: numbers
-- thresholds: table_size=1000000
CREATE TABLE shelf (id bigserial PRIMARY KEY, label text);
INSERT INTO shelf (label) SELECT repeat('x', 500) FROM generate_series(1, 4000);
ANALYZE shelf;
