-- printed
ALTER TABLE shelf ALTER COLUMN id TYPE bigint;
