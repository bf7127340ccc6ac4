-- mask: numbers
-- thresholds: bloat_size=65536
CREATE TABLE shelf (id bigserial PRIMARY KEY, label text);
CREATE INDEX shelf_label ON shelf (label) WITH (fillfactor = 10);
INSERT INTO shelf (label) SELECT 'label ' || n FROM generate_series(1, 20000) n;
REINDEX INDEX shelf_label;
ANALYZE shelf;
