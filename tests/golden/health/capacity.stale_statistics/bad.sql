-- thresholds: changed_rows=1000
CREATE TABLE shelf (id bigserial PRIMARY KEY);
INSERT INTO shelf SELECT FROM generate_series(1, 5000);
SELECT pg_stat_force_next_flush();
