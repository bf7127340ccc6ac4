-- Which of these tables can be replaced by a filled copy without losing anything, and what a copy by
-- LIKE lacks: the primary key, the sequences that belong to it, its comment, privileges.
-- Left out is every table that something else hangs on (a foreign key, a view, a function, a
-- publication), every one with a property that LIKE does not copy, and every one whose rows are looked at
-- by functions while they are written: these would not see what the run has written so far.
WITH wanted (name) AS (VALUES /* tables */),
     tables AS (
    SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relacl,
           format('%I', n.nspname) AS home, format('%I.%I', n.nspname, c.relname) AS qualified
      FROM wanted w
      JOIN pg_class     c ON c.relname = w.name AND c.relnamespace = current_schema()::regnamespace
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND NOT c.relispartition AND c.reloftype = 0
       AND c.relowner = (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
       AND has_database_privilege(current_database(), 'CREATE')
       AND NOT c.relrowsecurity AND NOT c.relforcerowsecurity
       AND c.relreplident = 'd' AND c.reltablespace = 0 AND c.reloptions IS NULL
       AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = c.reltoastrelid AND o.reloptions IS NOT NULL)
       AND c.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = current_setting('default_table_access_method'))
       AND NOT EXISTS (SELECT FROM pg_publication)
       AND NOT EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = c.oid)
       AND NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.database = current_database())
       AND NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtenabled <> 'D')
       AND NOT EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclrole = c.relowner AND d.defaclnamespace = 0)
       AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
       AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
       AND NOT EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid)
       AND NOT EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid)
       AND NOT EXISTS (SELECT FROM pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent))
       AND NOT EXISTS (SELECT FROM pg_seclabel l WHERE l.classoid = 'pg_class'::regclass AND l.objoid = c.oid)
       AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantor <> c.relowner)
       AND (c.relacl IS NULL OR EXISTS (SELECT FROM unnest(c.relacl) a
             WHERE a = ANY (acldefault('r', c.relowner))))
       AND NOT EXISTS (
             SELECT FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0
                AND (a.attisdropped OR a.attidentity <> '' OR a.attacl IS NOT NULL
                     OR a.attoptions IS NOT NULL OR COALESCE(a.attstattarget, -1) >= 0))
       AND NOT EXISTS (
             SELECT FROM pg_constraint k
              WHERE k.conrelid = c.oid
                AND (k.contype NOT IN ('p', 'c', 'f', 'n') OR NOT k.convalidated OR NOT k.conislocal
                     -- A check of the whole row, or of the table that it is in.
                     OR k.contype = 'c' AND 0 >= ANY (k.conkey)
                     OR k.contype = 'c' AND k.conbin::text LIKE '%:varattno 0 %' -- a whole row
                     OR k.contype <> 'c' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL))
       AND NOT EXISTS (
             SELECT FROM pg_index x
             JOIN pg_class i ON i.oid = x.indexrelid
              WHERE x.indrelid = c.oid AND x.indisprimary
                AND (x.indisclustered OR NOT x.indimmediate OR x.indisexclusion OR i.reltablespace <> 0
                     OR obj_description(i.oid, 'pg_class') IS NOT NULL
                     OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                   AND d.objid = i.oid AND d.deptype IN ('e', 'x'))))
       AND NOT EXISTS (
             SELECT FROM pg_depend d
             LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
              WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                AND d.deptype NOT IN ('a', 'i') AND k.conrelid IS DISTINCT FROM c.oid)
       AND NOT EXISTS (
             SELECT FROM pg_depend d
             LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
             LEFT JOIN pg_attrdef    f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
             LEFT JOIN pg_index      x ON d.classid = 'pg_class'::regclass AND x.indexrelid = d.objid
              WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
                AND c.oid IN (k.conrelid, f.adrelid, x.indrelid))
       AND NOT EXISTS (
             SELECT FROM pg_type t
             JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray)
              WHERE t.oid = c.reltype AND d.deptype <> 'i')
       -- The copy's type for arrays needs this name.
       AND NOT EXISTS (
             SELECT FROM pg_type t
             JOIN pg_type y ON y.oid = t.typarray
              WHERE t.oid = c.reltype
                AND (y.typname <> '_' || c.relname OR t.typacl IS NOT NULL
                     OR obj_description(t.oid, 'pg_type') IS NOT NULL))
       AND NOT EXISTS (
             SELECT FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
SELECT t.relname AS table_name, 1 AS place, 'table' AS kind, t.qualified AS name,
       ((SELECT count(*) FROM pg_index x WHERE x.indrelid = t.oid AND NOT x.indisprimary)
        + (SELECT count(*) FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'))::text AS text
  FROM tables t
UNION ALL
SELECT t.relname, 2, 'home', t.home, '' FROM tables t
UNION ALL
SELECT t.relname, 2, 'primary', k.conname, pg_get_indexdef(k.conindid)
  FROM tables        t
  JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
UNION ALL
SELECT t.relname, 3, 'sequence', format('%I.%I', n.nspname, s.relname), a.attname
  FROM tables       t
  JOIN pg_depend    d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype = 'a'
                     AND d.classid = 'pg_class'::regclass
  JOIN pg_class     s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
UNION ALL
SELECT t.relname, 4, 'comment', '', obj_description(t.oid, 'pg_class')
  FROM tables t
 WHERE obj_description(t.oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT t.relname, 5, 'grant', '',
       format('GRANT %s ON TABLE %s TO %s%s', a.privilege_type, t.qualified,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
              CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM tables t, aclexplode(t.relacl) a
 WHERE a.grantee <> t.relowner
 ORDER BY 1, 2, 4
