-- What the follow-up needs to know about tables and views: their size by estimate, and whether this role may read them.
SELECT c.relname::text, c.reltuples::bigint::text, (has_table_privilege(c.oid, 'SELECT') AND NOT (c.relrowsecurity AND row_security_active(c.oid)))::text, c.relispopulated::text,
       -- What a refresh would read.
       CASE c.relkind WHEN 'm' THEN (
           SELECT sum(pg_relation_size(t.oid))::bigint::text FROM (
               SELECT DISTINCT d.refobjid AS oid FROM pg_rewrite r
                 JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                                 AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
                WHERE r.ev_class = c.oid) t) END
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = ANY ({scope}) AND pg_table_is_visible(c.oid)
