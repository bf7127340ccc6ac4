-- mask: numbers
CREATE COLLATION old_khmer (provider = icu, locale = 'km', version = '1');
CREATE TABLE shelf (id bigserial PRIMARY KEY, label text COLLATE old_khmer);
CREATE INDEX shelf_label ON shelf (label);
