-- Enums and domains.
SELECT 'type' AS kind, NULL AS owner,
       CASE WHEN pg_type_is_visible(t.oid) THEN t.typname ELSE n.nspname || '.' || t.typname END AS name,
       CASE t.typtype
           WHEN 'e' THEN json_build_object(
               'kind', 'enum',
               'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
               'comment', x.description)
           ELSE json_build_object(
               'kind', 'domain',
               'base', format_type(t.typbasetype, t.typtypmod),
               'nullable', NOT t.typnotnull,
               'default', t.typdefault,
               'checks', (SELECT coalesce(json_object_agg(k.conname, pg_get_constraintdef(k.oid, true) ORDER BY k.conname), '{}')
                            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
               'comment', x.description)
       END::text AS body
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_description x ON x.classoid = 'pg_type'::regclass AND x.objoid = t.oid AND x.objsubid = 0
 WHERE t.typtype IN ('e', 'd')
   AND t.typnamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e');
