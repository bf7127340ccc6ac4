-- Every column of every table of the current schema: name, type, and whether a row must bring a value.
SELECT c.relname AS table_name,
       a.attname AS column_name,
       t.typname AS type_name,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AS required
  FROM pg_class     c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type      t ON t.oid = a.atttypid
 WHERE c.relnamespace = current_schema()::regnamespace
   AND c.relkind IN ('r', 'p')
   AND a.attgenerated = ''
 ORDER BY c.relname, a.attnum
