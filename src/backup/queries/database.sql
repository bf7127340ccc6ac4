-- The database and its server as one JSON document. Exports the snapshot of the transaction it runs in, so that pg_dump
-- sees exactly what is counted here. Values that came with later servers are taken through to_jsonb, which knows no column
-- that is not there.
SELECT json_build_object(
    'name',            d.datname,
    'owner',           pg_get_userbyid(d.datdba),
    'bytes',           pg_database_size(d.oid),
    'encoding',        pg_encoding_to_char(d.encoding),
    'collate',         d.datcollate,
    'ctype',           d.datctype,
    'locale_provider', to_jsonb(d) ->> 'datlocprovider',
    'locale',          coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'icu_rules',       to_jsonb(d) ->> 'daticurules',
    'comment',         shobj_description(d.oid, 'pg_database'),
    'connection_limit', d.datconnlimit,
    'server_version',  current_setting('server_version'),
    'standby',         pg_is_in_recovery(),
    'lsn',             CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
    'snapshot',        pg_export_snapshot(),
    'extensions', coalesce((
        SELECT json_agg(json_build_object('name', e.extname, 'version', e.extversion) ORDER BY e.extname)
          FROM pg_extension e
    ), '[]'),
    'settings', coalesce((
        SELECT json_agg(json_build_object('role',  r.rolname,
                                          'name',  split_part(c.setting, '=', 1),
                                          'value', substr(c.setting, strpos(c.setting, '=') + 1))
                        ORDER BY r.rolname NULLS FIRST, c.place)
          FROM pg_db_role_setting s
          LEFT JOIN pg_roles      r ON r.oid = s.setrole
         CROSS JOIN unnest(s.setconfig) WITH ORDINALITY AS c (setting, place)
         WHERE s.setdatabase = d.oid
    ), '[]'),
    'grants', (
        SELECT json_agg(json_build_object('role',      r.rolname,
                                          'privilege', a.privilege_type,
                                          'grantable', a.is_grantable)
                        ORDER BY r.rolname NULLS FIRST, a.privilege_type)
          FROM aclexplode(d.datacl) a
          LEFT JOIN pg_roles        r ON r.oid = a.grantee
         WHERE a.grantee = 0 OR r.rolname IS NOT NULL
    ),
    'roles', coalesce((
        SELECT json_agg(DISTINCT r.rolname)
          FROM pg_shdepend s
          JOIN pg_roles    r ON r.oid = s.refobjid
         WHERE s.refclassid = 'pg_authid'::regclass
           AND (s.dbid = d.oid OR (s.classid = 'pg_database'::regclass AND s.objid = d.oid))
    ), '[]')
)
  FROM pg_database d
 WHERE d.datname = current_database()
