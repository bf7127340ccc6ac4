-- printed
DROP INDEX CONCURRENTLY index_artists_on_name;
