-- mask: numbers
SELECT pg_create_physical_replication_slot('left_behind', true);
