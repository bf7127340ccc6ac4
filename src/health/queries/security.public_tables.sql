-- Tables that everybody who can connect may read or change.
SELECT c.oid::regclass::text AS object, NULL AS severity,
       format('everybody may %s %s', string_agg(lower(g.privilege_type), ', ' ORDER BY g.privilege_type), c.oid::regclass) AS what,
       format('REVOKE ALL ON %s FROM PUBLIC', c.oid::regclass) AS cure
  FROM pg_class c, aclexplode(c.relacl) g
 WHERE c.relnamespace = ANY ({scope}) AND c.relkind IN ('r', 'p', 'v', 'm') AND g.grantee = 0
   AND NOT c.oid = ANY ({owned})
 GROUP BY c.oid
