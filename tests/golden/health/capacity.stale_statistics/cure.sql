-- printed
ANALYZE shelf;
