SELECT setval('artists_id_seq', 7000000000000000000);
CREATE TABLE shelf (id serial PRIMARY KEY);
SELECT setval('shelf_id_seq', 2000000000);
