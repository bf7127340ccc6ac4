-- Functions that run with their owner's rights and look names up by the caller's search path.
SELECT p.oid::regprocedure::text AS object, NULL AS severity,
       format('function %s is SECURITY DEFINER without a search_path of its own', p.oid::regprocedure) AS what,
       format('ALTER FUNCTION %s SET search_path = pg_catalog, %s, pg_temp', p.oid::regprocedure,
              quote_ident(p.pronamespace::regnamespace::text)) AS cure
  FROM pg_proc p
 WHERE p.prosecdef AND p.pronamespace = ANY ({scope})
   AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
