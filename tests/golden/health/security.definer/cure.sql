-- printed
ALTER FUNCTION peek() SET search_path = pg_catalog, public, pg_temp;
