-- printed
SELECT pg_drop_replication_slot('left_behind');
