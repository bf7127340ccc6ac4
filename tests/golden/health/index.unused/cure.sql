-- printed
DROP INDEX CONCURRENTLY shelf_label;
