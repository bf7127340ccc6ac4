-- printed
SELECT setval('"Shelf_id_seq"', (SELECT max(id) FROM "Shelf"));
SELECT setval('artists_id_seq', (SELECT max(id) FROM artists));
SELECT setval('box_id_seq', (SELECT max(id) FROM box));
