UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'index_artists_on_name'::regclass;
UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = 'index_artists_on_genre'::regclass;
