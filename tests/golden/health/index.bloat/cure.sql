ALTER INDEX shelf_label RESET (fillfactor);
REINDEX INDEX CONCURRENTLY shelf_label;
