-- Foreign keys and triggers that somebody switched off and did not switch on again: the keys look whole and check nothing.
SELECT t.tgrelid::regclass::text AS object, NULL AS severity,
       format('%s triggers of %s are disabled%s', count(*), t.tgrelid::regclass,
              CASE WHEN bool_or(t.tgisinternal) THEN ', those of foreign keys among them' ELSE '' END) AS what,
       format('ALTER TABLE %s ENABLE TRIGGER ALL', t.tgrelid::regclass) AS cure
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgenabled IN ('D', 'R') AND c.relnamespace = ANY ({scope}) AND NOT c.oid = ANY ({owned})
 GROUP BY t.tgrelid
