-- Functions, procedures and aggregates; the definition without the schema it lies in.
SELECT 'function' AS kind, NULL AS owner,
       CASE WHEN pg_function_is_visible(p.oid) THEN '' ELSE n.nspname || '.' END
       || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
       json_build_object(
           'kind', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' ELSE 'function' END,
           'returns', pg_get_function_result(p.oid),
           'language', l.lanname,
           'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
           'security_definer', p.prosecdef,
           'definition', CASE WHEN p.prokind <> 'a' THEN
               replace(pg_get_functiondef(p.oid),
                       format(' %I.%I(', n.nspname, p.proname), format(' %I(', p.proname)) END,
           'comment', x.description)::text AS body
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_description x ON x.classoid = 'pg_proc'::regclass AND x.objoid = p.oid AND x.objsubid = 0
 WHERE p.pronamespace = ANY ((SELECT current_setting('hangmeas.schemas'))::oid[])
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e');
