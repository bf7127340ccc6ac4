-- Objects that may be broken although they are there: name, problem, and a trial that shows whether it works. Exactly one of
-- problem and trial is given. A trial that answers true has found the sequence below the greatest value of its column.
SELECT format('index %s', i.indexrelid::regclass) AS object, 'is not valid' AS problem, NULL AS trial
  FROM pg_index i
 WHERE NOT (i.indisvalid AND i.indisready)
UNION ALL
SELECT format('materialized view %s', c.oid::regclass), 'is not populated', NULL
  FROM pg_class c
 WHERE c.relkind = 'm' AND NOT c.relispopulated
UNION ALL
SELECT format('view %s', c.oid::regclass), NULL, format('SELECT NULL FROM %s LIMIT 0', c.oid::regclass)
  FROM pg_class     c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'v' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL
SELECT format('function %s', p.oid::regprocedure), NULL, format('SELECT NULL FROM %s(0)', p.oid::regproc)
  FROM pg_proc p
 WHERE p.oid = to_regprocedure('calculate_user_ltv(bigint)')
UNION ALL
SELECT format('sequence %s', s.oid::regclass), NULL,
       format('SELECT (SELECT max(%I) FROM %s) > CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM %s',
              a.attname, t.oid::regclass, s.oid::regclass)
  FROM pg_class     s
  JOIN pg_sequence  q ON q.seqrelid = s.oid AND q.seqincrement > 0 AND NOT q.seqcycle
  JOIN pg_depend    d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  JOIN pg_class     t ON t.oid = d.refobjid
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                     AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
 WHERE s.relkind = 'S' AND s.relpersistence <> 't'
 ORDER BY 1
