-- What the follow-up needs to know about tables and views: their size by estimate, and whether this role may read them.
WITH RECURSIVE made_of (view, part) AS (
    SELECT v.oid, d.refobjid
      FROM pg_class v
      JOIN pg_rewrite r ON r.ev_class = v.oid
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
     WHERE v.relkind IN ('v', 'm') AND v.relnamespace = ANY ({scope})
    UNION
    SELECT made_of.view, d.refobjid
      FROM made_of
      JOIN pg_class c ON c.oid = made_of.part AND c.relkind = 'v'
      JOIN pg_rewrite r ON r.ev_class = c.oid
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
), size (view, bytes) AS (
    -- Nobody knows how large a foreign table is.
    SELECT made_of.view, sum(CASE WHEN c.relkind = 'f' THEN 1::bigint << 40 ELSE pg_relation_size(coalesce(p.relid, c.oid)) END)
      FROM made_of
      JOIN pg_class c ON c.oid = made_of.part
      LEFT JOIN LATERAL pg_partition_tree(c.oid) p ON c.relkind = 'p' AND p.isleaf
     GROUP BY made_of.view
)
SELECT c.relname::text, c.reltuples::bigint::text, (has_table_privilege(c.oid, 'SELECT') AND NOT (c.relrowsecurity AND row_security_active(c.oid)))::text, c.relispopulated::text,
       -- What a view would read.
       size.bytes::bigint::text
  FROM pg_class c
  LEFT JOIN size ON size.view = c.oid
 WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = ANY ({scope}) AND pg_table_is_visible(c.oid)
