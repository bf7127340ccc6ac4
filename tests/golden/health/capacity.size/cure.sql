-- Partitions are a piece of work of their own; here the rows go.
TRUNCATE shelf;
ANALYZE shelf;
