-- The counter goes on until it is reset.
SELECT pg_stat_reset();
