CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM artists';
CREATE FUNCTION safe_peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS 'SELECT count(*) FROM artists';
