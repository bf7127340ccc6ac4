-- A bigint has no larger type: such a number is a mistake of whoever set it.
SELECT setval('artists_id_seq', 1);
ALTER SEQUENCE shelf_id_seq AS bigint; ALTER TABLE shelf ALTER COLUMN id TYPE bigint;
