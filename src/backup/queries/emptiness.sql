-- How many objects a database holds beside those that every new one has, and those of extensions; and the process of this session.
SELECT count(*), pg_backend_pid()
  FROM (
    SELECT 'pg_class'::regclass AS class, oid, relnamespace AS schema FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type WHERE typtype IN ('e', 'd')
  ) o
  JOIN pg_namespace n ON n.oid = o.schema
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND NOT EXISTS (
       SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
