-- Triggers that somebody made; those that serve foreign keys are the keys' own.
SELECT 'trigger' AS kind,
       CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS owner,
       t.tgname AS name,
       json_build_object(
           'definition', pg_get_triggerdef(t.oid, true),
           'enabled', CASE t.tgenabled WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled'
                                       WHEN 'R' THEN 'replica' ELSE 'always' END)::text AS body
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal
   AND (c.relnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
        OR c.oid = ANY ((SELECT current_setting('hangmeas.elsewhere'))::oid[]));
