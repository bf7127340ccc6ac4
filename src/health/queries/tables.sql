-- What the follow-up needs to know about tables and views: their size by estimate, and whether this role may read them.
SELECT c.relname::text, c.reltuples::bigint::text, has_table_privilege(c.oid, 'SELECT')::text, c.relispopulated::text
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = ANY ({scope}) AND pg_table_is_visible(c.oid)
