-- Tables whose rows nothing tells apart; not those that Spree and Rails made so.
SELECT c.oid::regclass::text AS object, NULL AS severity,
       format('table %s has no primary key', c.oid::regclass) AS what,
       CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped)
            THEN format('ALTER TABLE %s ADD PRIMARY KEY (id)', c.oid::regclass)
            ELSE format('ALTER TABLE %s ADD COLUMN id bigserial PRIMARY KEY', c.oid::regclass) END AS cure
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY ({scope}) AND NOT c.relispartition
   AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
   AND NOT c.oid = ANY ({owned})
   AND c.relname !~ '^(spree|friendly_id|active_storage|action_text)_'
   AND c.relname NOT IN ('ar_internal_metadata', 'schema_migrations')
