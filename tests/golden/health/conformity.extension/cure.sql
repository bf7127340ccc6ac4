-- printed
CREATE EXTENSION pg_trgm;
