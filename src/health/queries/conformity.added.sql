-- What others added to required tables and to functions of Hangmeas, and what changes what these do: rules, triggers,
-- policies, heirs and parents, overloads. Those of extensions and partitions are left out.
WITH required AS MATERIALIZED (
    SELECT c.oid, c.oid::regclass::text AS name
      FROM pg_class c
     WHERE c.relname = ANY ({relations}::name[]) AND c.relnamespace = ANY ({scope}) AND c.relkind IN ('r', 'p', 'v', 'm')
), added AS (
    SELECT 'pg_rewrite'::regclass AS class, r.oid, t.name || '.' || r.rulename AS object, 'warning' AS severity,
           format('rule %I on %s does something %s %s', r.rulename, t.name,
                  CASE WHEN r.is_instead THEN 'instead of' ELSE 'besides' END,
                  CASE r.ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' WHEN '4' THEN 'DELETE' ELSE 'SELECT' END) AS what,
           format('DROP RULE %I ON %s', r.rulename, t.name) AS cure
      FROM required t
      JOIN pg_rewrite r ON r.ev_class = t.oid AND r.rulename <> '_RETURN'
     UNION ALL
    SELECT 'pg_trigger'::regclass, g.oid, t.name || '.' || g.tgname,
           -- One that comes after can refuse a row, but not change or swallow it.
           CASE WHEN g.tgtype::integer & 66 = 0 THEN 'note' ELSE 'warning' END,
           format('trigger %I on %s calls %s %s %s', g.tgname, t.name, g.tgfoid::regproc,
                  CASE WHEN g.tgtype::integer & 64 <> 0 THEN 'instead of' WHEN g.tgtype::integer & 2 <> 0 THEN 'before'
                       ELSE 'after' END,
                  concat_ws(' or ', CASE WHEN g.tgtype::integer & 4 <> 0 THEN 'INSERT' END,
                                    CASE WHEN g.tgtype::integer & 16 <> 0 THEN 'UPDATE' END,
                                    CASE WHEN g.tgtype::integer & 8 <> 0 THEN 'DELETE' END,
                                    CASE WHEN g.tgtype::integer & 32 <> 0 THEN 'TRUNCATE' END)),
           format('DROP TRIGGER %I ON %s', g.tgname, t.name)
      FROM required t
      JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
     WHERE NOT t.name || '.' || g.tgname = ANY ({triggers}::text[])
     UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, t.name || '.' || p.polname, 'warning',
           format('policy %I on %s decides which rows %s', p.polname, t.name,
                  CASE WHEN c.relrowsecurity THEN 'are seen and written' ELSE 'would be seen and written, were row security on' END),
           format('DROP POLICY %I ON %s', p.polname, t.name)
      FROM required t
      JOIN pg_class c ON c.oid = t.oid
      JOIN pg_policy p ON p.polrelid = t.oid
     UNION ALL
    SELECT 'pg_class'::regclass, h.inhrelid, h.inhrelid::regclass::text, 'warning',
           format('table %s inherits from %s: queries of that show its rows too, and no key of it watches them',
                  h.inhrelid::regclass, h.inhparent::regclass),
           format('ALTER TABLE %s NO INHERIT %s', h.inhrelid::regclass, h.inhparent::regclass)
      FROM pg_inherits h
      JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'f') AND NOT c.relispartition
     WHERE EXISTS (SELECT FROM required t WHERE t.oid IN (h.inhrelid, h.inhparent))
     UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, p.oid::regprocedure::text, 'warning',
           format('function %s is beside %s: a call may mean either', p.oid::regprocedure, own.oid::regprocedure),
           format('DROP ROUTINE %s', p.oid::regprocedure)
      FROM pg_proc own
      JOIN pg_proc p ON p.proname = own.proname AND p.oid <> own.oid AND p.pronamespace = ANY ({scope})
     WHERE own.pronamespace = ANY ({scope})
       AND own.proname || '(' || pg_get_function_identity_arguments(own.oid) || ')' = ANY ({functions}::text[])
       AND NOT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' = ANY ({functions}::text[])
)
SELECT a.object, a.severity, a.what, a.cure
  FROM added a
 WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = a.class AND e.objid = a.oid AND e.deptype = 'e')
