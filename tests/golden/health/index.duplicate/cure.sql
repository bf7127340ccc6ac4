-- printed
DROP INDEX CONCURRENTLY again_unique;
DROP INDEX CONCURRENTLY another_name;
