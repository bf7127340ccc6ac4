-- What a dump of this database holds: tables with rows of their own, sequences, large objects. What belongs to an
-- extension comes back with CREATE EXTENSION and is not dumped; a partitioned table has its rows in its partitions.
WITH dumped AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind
      FROM pg_class     c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'S')
       AND c.relpersistence <> 't'
       AND n.nspname <> 'information_schema'
       AND n.nspname !~ '^pg_'
       AND NOT EXISTS (
           SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT json_build_object(
    'tables', coalesce((
        SELECT json_agg(json_build_object('schema', nspname, 'name', relname) ORDER BY nspname COLLATE "C", relname COLLATE "C")
          FROM dumped
         WHERE relkind = 'r'
    ), '[]'),
    'sequences', coalesce((
        SELECT json_agg(json_build_object('schema', nspname, 'name', relname, 'increment', s.seqincrement)
                        ORDER BY nspname COLLATE "C", relname COLLATE "C")
          FROM dumped
          JOIN pg_sequence s ON s.seqrelid = dumped.oid
         WHERE relkind = 'S'
    ), '[]'),
    'large_objects', (SELECT count(*) FROM pg_largeobject_metadata),
    'history', to_regclass('hangmeas.schema_history') IS NOT NULL
)
