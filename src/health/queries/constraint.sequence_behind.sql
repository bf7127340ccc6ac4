-- Per table with rows whose unique integer column takes its numbers from a sequence: a query for the first row in the
-- sequence's way. The unique index answers it, however many rows there are.
SELECT u.seq::regclass::text AS object,
       format('SELECT %L AS seq, %L AS col, %L AS cure, n.next, '
              '(SELECT min(t.%I) FROM %s t WHERE t.%I %s n.next) AS taken FROM (%s) n(next)',
              u.seq::regclass, u.tab::regclass || '.' || quote_ident(u.attname),
              format('SELECT setval(%L, (SELECT max(%I) FROM %s))', u.seq::regclass::text, u.attname, u.tab::regclass),
              u.attname, u.tab::regclass, u.attname,
              -- Sequences that leave numbers to others meet only their own.
              CASE u.seqincrement WHEN 1 THEN '>=' ELSE '=' END,
              -- A sequence that was never used starts where it was set; only the sequence itself tells.
              coalesce('SELECT ' || u.last_value + u.seqincrement || '::bigint', format('SELECT last_value FROM %s', u.seq::regclass))) AS query
  FROM (
    SELECT DISTINCT s.seqrelid AS seq, s.seqincrement, s.seqmin, s.seqmax, a.attrelid AS tab, a.attname,
           pg_sequence_last_value(s.seqrelid)::numeric AS last_value
      FROM pg_sequence s
      JOIN pg_class c ON c.oid = s.seqrelid AND c.relnamespace = ANY ({scope}) AND NOT c.oid = ANY ({owned})
      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                         AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
      JOIN pg_class t ON t.oid = a.attrelid AND (t.relkind = 'p' OR pg_relation_size(t.oid) > 0)
      JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
                     AND i.indkey[0] = a.attnum AND i.indpred IS NULL
     WHERE NOT s.seqcycle
  ) u
 -- At its end it gives nothing any more: that is another check's.
 WHERE u.last_value IS NULL OR u.last_value + u.seqincrement BETWEEN u.seqmin AND u.seqmax
 ORDER BY 1
