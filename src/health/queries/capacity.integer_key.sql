-- Large tables whose primary key is an integer: it ends at 2,147,483,647, and changing it later rewrites the table.
SELECT c.oid::regclass || '.' || a.attname AS object, NULL AS severity,
       format('primary key %s.%s is %s and the table has about %s rows', c.oid::regclass, a.attname,
              format_type(a.atttypid, NULL), c.reltuples::bigint) AS what,
       format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint', c.oid::regclass, a.attname) AS cure
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::smallint[])
 WHERE i.indisprimary AND c.relnamespace = ANY ({scope})
   AND a.atttypid IN ('integer'::regtype, 'smallint'::regtype)
   AND NOT c.oid = ANY ({owned})
   AND c.reltuples >= {integer_key_rows}
