-- thresholds: integer_key_rows=1000
CREATE TABLE shelf (id serial PRIMARY KEY);
INSERT INTO shelf SELECT FROM generate_series(1, 2000);
ANALYZE shelf;
