-- Indexes and foreign keys that can be dropped and built again from their definition without losing
-- anything: no primary keys, nothing that carries a comment, a tablespace, statistics or a constraint, or is
-- disabled.
WITH wanted (name, rows) AS (VALUES /* tables */),
     tables AS (
    SELECT c.oid, c.relname
      FROM wanted w
      JOIN pg_class c ON c.relname = w.name AND c.relnamespace = current_schema()::regnamespace
     WHERE c.relkind = 'r'
       AND c.reltuples <= w.rows
)
SELECT t.relname AS table_name, i.relname AS name, 'index' AS kind, pg_get_indexdef(i.oid) AS definition
  FROM tables   t
  JOIN pg_index x ON x.indrelid = t.oid
  JOIN pg_class i ON i.oid = x.indexrelid
 WHERE NOT x.indisprimary AND NOT x.indisclustered AND NOT x.indisreplident
   AND x.indisvalid AND x.indisready
   AND i.reltablespace = 0
   AND i.relnamespace = current_schema()::regnamespace
   AND obj_description(i.oid, 'pg_class') IS NULL
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)
   AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.oid AND COALESCE(a.attstattarget, -1) >= 0)
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid AND d.deptype IN ('e', 'x'))
UNION ALL
SELECT t.relname, k.conname, 'key', pg_get_constraintdef(k.oid)
  FROM tables        t
  JOIN pg_constraint k ON k.conrelid = t.oid
 WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
   AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O')
   AND obj_description(k.oid, 'pg_constraint') IS NULL
 ORDER BY 1, 3, 2
