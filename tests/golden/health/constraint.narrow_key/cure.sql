-- printed
ALTER TABLE shelf ALTER COLUMN artist_id TYPE bigint;
