-- printed
VACUUM (ANALYZE) shelf;
