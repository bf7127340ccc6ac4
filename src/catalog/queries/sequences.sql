-- Sequences and the columns they belong to; not where they stand.
SELECT 'sequence' AS kind, NULL AS owner,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
       json_build_object(
           'type', format_type(s.seqtypid, NULL),
           'start', s.seqstart,
           'increment', s.seqincrement,
           'minimum', s.seqmin,
           'maximum', s.seqmax,
           'cycle', s.seqcycle,
           'owned_by', (SELECT CASE WHEN pg_table_is_visible(o.oid) THEN o.relname
                                    ELSE o.relnamespace::regnamespace::text || '.' || o.relname END || '.' || a.attname
                          FROM pg_depend d
                          JOIN pg_class o ON o.oid = d.refobjid
                          JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                           AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))::text AS body
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE (c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
        OR c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]))
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e');
