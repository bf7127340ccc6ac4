-- Columns with a foreign key to the ids of a table of the current schema, from any schema that can be read.
SELECT CASE WHEN c.relnamespace = p.relnamespace THEN c.relname ELSE format('%s.%s', n.nspname, c.relname) END AS child,
       format('%I.%I', n.nspname, c.relname) AS source,
       a.attname AS column, p.relname AS parent
  FROM pg_constraint k
  JOIN pg_class      c ON c.oid = k.conrelid
  JOIN pg_namespace  n ON n.oid = c.relnamespace
  JOIN pg_class      p ON p.oid = k.confrelid
  JOIN pg_attribute  a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  JOIN pg_attribute  i ON i.attrelid = k.confrelid AND i.attnum = k.confkey[1]
 WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND i.attname = 'id'
   AND p.relnamespace = current_schema()::regnamespace
   AND (c.relnamespace = p.relnamespace
        OR (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')))
