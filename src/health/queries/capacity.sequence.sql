-- Sequences near the end of their numbers, or of the column that they feed, whichever comes first.
SELECT s.name::text AS object,
       CASE WHEN s.used >= 90 THEN 'error' END AS severity,
       format('sequence %s stands at %s of %s (%s %%)%s', s.name, s.last_value, s.top, s.used,
              coalesce(': ' || s.col || ' is ' || s.coltype, '')) AS what,
       CASE WHEN s.coltype = 'bigint' OR s.top > 2147483647 THEN
                'find out who set it so high: there is no larger type, and no table has that many rows'
            WHEN s.col IS NOT NULL THEN
                format('ALTER SEQUENCE %s AS bigint; ALTER TABLE %s ALTER COLUMN %I TYPE bigint', s.name, s.tab, s.attname)
            ELSE format('ALTER SEQUENCE %s AS bigint', s.name) END AS cure
  FROM (
    SELECT q.seqrelid::regclass AS name, p.last_value, top.value AS top,
           round(100.0 * p.last_value / top.value, 1) AS used,
           d.refobjid::regclass AS tab, a.attname, format_type(a.atttypid, NULL) AS coltype,
           d.refobjid::regclass || '.' || a.attname AS col
      FROM pg_sequence q
      JOIN pg_class c ON c.oid = q.seqrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_sequences p ON p.schemaname = n.nspname AND p.sequencename = c.relname
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid AND d.deptype IN ('a', 'i')
                           AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     CROSS JOIN LATERAL (
        SELECT least(q.seqmax, CASE a.atttypid WHEN 'smallint'::regtype THEN 32767
                                               WHEN 'integer'::regtype THEN 2147483647
                                               ELSE 9223372036854775807 END) AS value) top
     WHERE c.relnamespace = ANY ({scope}) AND NOT q.seqrelid = ANY ({owned}) AND q.seqincrement > 0 AND NOT q.seqcycle AND p.last_value IS NOT NULL
  ) s
 WHERE s.used >= 70
