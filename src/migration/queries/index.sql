-- What bears the name $1 beside the table $2: its quoted name, whether it is a valid and ready index,
-- whether it is on that table, and who is building it.
SELECT format('%I.%I', n.nspname, c.relname),
       coalesce(i.indisvalid AND i.indisready AND i.indislive, false),
       coalesce(i.indrelid = t.oid, false),
       p.pid
  FROM pg_class t
  JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = $1
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_stat_progress_create_index p ON p.index_relid = c.oid
 WHERE t.oid = to_regclass($2)
