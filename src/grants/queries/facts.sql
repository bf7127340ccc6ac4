-- What plan.rs wants to know, as one JSON document: the roles, who may do what on every object of the schemas on the search
-- path and of schema hangmeas, and what later objects will allow. $roles is an array of the configured names; `public`
-- stands for everybody. What belongs to an extension is its own business.
WITH schema AS (
    SELECT oid, nspname AS name, nspowner AS owner, nspacl AS acl
      FROM pg_namespace
     WHERE nspname = 'hangmeas'
        OR nspname = ANY (current_schemas(false)) AND nspname <> 'information_schema' AND nspname !~ '^pg_'
), extension AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), object AS (
    SELECT 'DATABASE' AS class, NULL::name AS schema, quote_ident(datname) AS name, datdba AS owner,
           coalesce(datacl, acldefault('d', datdba)) AS acl, NULL::aclitem[] AS columns
      FROM pg_database
     WHERE datname = current_database()
    UNION ALL
    SELECT 'SCHEMA', name, quote_ident(name), owner, coalesce(acl, acldefault('n', owner)), NULL
      FROM schema
    UNION ALL
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
           s.name, format('%I.%I', s.name, c.relname), c.relowner,
           coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)),
           (SELECT array_agg(item) FROM pg_attribute a, unnest(a.attacl) item WHERE a.attrelid = c.oid)
      FROM pg_class c
      JOIN schema   s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
       AND c.relpersistence <> 't'
       AND NOT EXISTS (SELECT FROM extension e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
    UNION ALL
    SELECT CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'ROUTINE' END,
           s.name, format('%I.%I(%s)', s.name, p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner,
           coalesce(p.proacl, acldefault('f', p.proowner)), NULL
      FROM pg_proc p
      JOIN schema  s ON s.oid = p.pronamespace
     WHERE NOT EXISTS (SELECT FROM extension e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
), owner AS (
    -- Who makes objects here: those who made some, and who is asking, because he will migrate.
    SELECT owner AS oid FROM object WHERE class NOT IN ('DATABASE', 'SCHEMA')
    UNION
    SELECT oid FROM pg_roles WHERE rolname = current_user
), grantee AS (
    SELECT oid, rolname AS name FROM pg_roles
     WHERE rolname = ANY ($roles) OR oid IN (SELECT oid FROM owner)
    UNION ALL
    SELECT 0, 'public'
), default_acl AS (
    SELECT d.defaclrole, n.nspname AS schema, d.defaclobjtype AS class, a.grantee, a.privilege_type, a.is_grantable
      FROM pg_default_acl d
      LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
     CROSS JOIN aclexplode(d.defaclacl) a
     WHERE d.defaclobjtype IN ('r', 'S', 'f')
), above AS (
    -- Every role, and each role that it is a member of, directly or through others.
    WITH RECURSIVE up AS (
        SELECT member, roleid FROM pg_auth_members
        UNION
        SELECT up.member, m.roleid FROM up JOIN pg_auth_members m ON m.member = up.roleid
    )
    SELECT * FROM up
), stronger AS (
    -- Roles that can alter the schema, whatever is granted.
    SELECT oid FROM owner
    UNION SELECT oid FROM pg_roles WHERE rolsuper
    UNION SELECT owner FROM object WHERE class IN ('DATABASE', 'SCHEMA')
)
SELECT json_build_object(
    'database', current_database(),
    'user',     current_user,
    'owners', (SELECT json_agg(r.rolname ORDER BY r.rolname COLLATE "C") FROM pg_roles r WHERE r.oid IN (SELECT oid FROM owner)),
    'objects', (
        SELECT json_agg(json_build_object(
                   'class', class, 'schema', schema, 'name', name, 'owner', pg_get_userbyid(owner),
                   'held', coalesce((
                       SELECT json_agg(json_build_object('role', g.name, 'privilege', a.privilege_type, 'column', a.part,
                                                        'grantable', a.is_grantable, 'grantor', pg_get_userbyid(a.grantor)))
                         FROM (SELECT *, false AS part FROM aclexplode(acl)
                               UNION ALL
                               SELECT *, true FROM aclexplode(columns)) a
                         JOIN grantee g ON g.oid = a.grantee), '[]'))
               ORDER BY name COLLATE "C")
          FROM object),
    'defaults', coalesce((
        SELECT json_agg(json_build_object('owner', pg_get_userbyid(d.defaclrole), 'schema', d.schema,
                                          'class', d.class, 'role', g.name, 'privilege', d.privilege_type,
                                          'grantable', d.is_grantable))
          FROM default_acl d
          JOIN grantee     g ON g.oid = d.grantee), '[]'),
    'roles', coalesce((
        SELECT json_agg(json_build_object(
                   'name', r.rolname,
                   'login', r.rolcanlogin,
                   'powers', array_remove(ARRAY[CASE WHEN r.rolsuper       THEN 'SUPERUSER'   END,
                                                CASE WHEN r.rolcreatedb    THEN 'CREATEDB'    END,
                                                CASE WHEN r.rolcreaterole  THEN 'CREATEROLE'  END,
                                                CASE WHEN r.rolreplication THEN 'REPLICATION' END,
                                                CASE WHEN r.rolbypassrls   THEN 'BYPASSRLS'   END], NULL),
                   'owned', (SELECT count(*) FROM pg_shdepend s
                              WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.deptype = 'o'
                                AND (s.dbid = 0 OR s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))),
                   'member_of', coalesce((
                       SELECT json_agg(json_build_object('name', u.rolname, 'stronger', u.oid IN (SELECT oid FROM stronger))
                                       ORDER BY u.rolname COLLATE "C")
                         FROM above JOIN pg_roles u ON u.oid = above.roleid
                        WHERE above.member = r.oid), '[]'),
                   'members', coalesce((
                       SELECT json_agg(json_build_object(
                                  'name', u.rolname,
                                  'stronger', EXISTS (SELECT FROM stronger s
                                                       WHERE s.oid = u.oid
                                                          OR s.oid IN (SELECT roleid FROM above WHERE member = u.oid)))
                              ORDER BY u.rolname COLLATE "C")
                         FROM above JOIN pg_roles u ON u.oid = above.member
                        WHERE above.roleid = r.oid AND u.rolname <> current_user), '[]')))
          FROM pg_roles r
         WHERE r.rolname = ANY ($roles)), '[]'),
    'row_security', coalesce((
        SELECT json_agg(format('%I.%I', s.name, c.relname) ORDER BY c.relname COLLATE "C")
          FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
         WHERE c.relrowsecurity), '[]'),
    'large_objects', (
        SELECT count(*) FROM pg_largeobject_metadata l
         WHERE NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a JOIN pg_roles r ON r.oid = a.grantee
                            WHERE r.rolname = ($roles)[3] AND a.privilege_type = 'SELECT'))
)
