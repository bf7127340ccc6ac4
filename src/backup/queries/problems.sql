-- Why this role cannot dump everything, one line each: without this pg_dump would say so one at a time, or, with row
-- security, hide rows.
WITH me AS (
    SELECT oid, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user
), dumped AS (
    SELECT c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner, n.oid AS schema
      FROM pg_class     c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'S')
       AND c.relpersistence <> 't'
       AND n.nspname <> 'information_schema'
       AND n.nspname !~ '^pg_'
)
SELECT format('no SELECT on %s %s', CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, oid::regclass) AS problem
  FROM dumped
 WHERE CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(oid, 'SELECT')
                    ELSE          NOT has_table_privilege(oid, 'SELECT') END
UNION ALL
SELECT DISTINCT format('no USAGE on schema %I', n.nspname)
  FROM dumped
  JOIN pg_namespace n ON n.oid = dumped.schema
 WHERE NOT has_schema_privilege(n.oid, 'USAGE')
UNION ALL
SELECT format('row security hides rows of table %s', dumped.oid::regclass)
  FROM dumped, me
 WHERE relrowsecurity
   AND NOT me.rolsuper
   AND NOT me.rolbypassrls
   AND (relforcerowsecurity OR NOT pg_has_role(relowner, 'USAGE'))
UNION ALL
SELECT format('no SELECT on %s large %s', count(*), CASE count(*) WHEN 1 THEN 'object' ELSE 'objects' END)
  FROM pg_largeobject_metadata l, me
 WHERE NOT me.rolsuper
   AND NOT pg_has_role(l.lomowner, 'USAGE')
   AND NOT EXISTS (
       SELECT FROM aclexplode(l.lomacl) a
        WHERE a.privilege_type = 'SELECT'
          AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
HAVING count(*) > 0
 ORDER BY 1
