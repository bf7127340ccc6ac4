-- printed
CREATE INDEX CONCURRENTLY ON shelf (artist_id);
CREATE INDEX CONCURRENTLY ON shelf ("order");
