-- Columns with a foreign key to the ids of another table.
SELECT c.relname AS child, a.attname AS column, p.relname AS parent
  FROM pg_constraint k
  JOIN pg_class      c ON c.oid = k.conrelid
  JOIN pg_class      p ON p.oid = k.confrelid
  JOIN pg_attribute  a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  JOIN pg_attribute  i ON i.attrelid = k.confrelid AND i.attnum = k.confkey[1]
 WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND i.attname = 'id'
   AND c.relnamespace = current_schema()::regnamespace
   AND p.relnamespace = current_schema()::regnamespace
