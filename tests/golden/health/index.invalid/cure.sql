-- printed
REINDEX INDEX CONCURRENTLY index_artists_on_genre;
REINDEX INDEX CONCURRENTLY index_artists_on_name;
