-- What this role may see, where it is, and since when statistics are kept: what every check stands on.
WITH seen AS MATERIALIZED (
    SELECT n.oid FROM pg_namespace n
     WHERE n.nspname = ANY (current_schemas(false))
       AND n.nspname <> 'hangmeas' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')
SELECT current_setting('server_version_num')::integer AS version,
       current_user AS role,
       pg_is_in_recovery() AS standby,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       pg_has_role('pg_read_all_stats', 'USAGE') AS all_stats,
       pg_has_role('pg_read_all_settings', 'USAGE') AS all_settings,
       pg_has_role('pg_monitor', 'USAGE') AS monitor,
       has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS authid,
       current_setting('track_activities')::boolean AS track_activities,
       current_setting('track_counts')::boolean AS track_counts,
       coalesce((SELECT array_agg(n.oid) FROM seen n), '{}') AS scope,
       (SELECT string_agg(quote_ident(n.nspname), ', ') FROM pg_namespace n
         WHERE n.nspname = ANY (current_schemas(false)) AND n.nspname <> 'hangmeas') AS schemas,
       -- A schema without USAGE is not on the path that counts, so its tables look as if they were not there.
       (SELECT string_agg(quote_ident(n.nspname), ', ') FROM pg_namespace n
         WHERE n.nspname = ANY (string_to_array(translate(
                   replace(current_setting('search_path'), '$user', current_user), '" ', ''), ','))
           AND NOT has_schema_privilege(n.oid, 'USAGE')) AS hidden_schemas,
       coalesce((SELECT array_agg(d.objid) FROM pg_depend d
                  WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
                    AND d.classid = 'pg_class'::regclass), '{}') AS owned,
       (SELECT extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time()))::bigint
          FROM pg_stat_database d WHERE d.datname = current_database()) AS stats_age,
       -- A right is asked for only where it counts: thousands of objects of the catalog would cost more than all checks.
       (SELECT count(*) FROM pg_class c
         WHERE CASE WHEN c.relkind = 'S' AND c.relnamespace = ANY (ARRAY(SELECT n.oid FROM seen n))
                    THEN NOT has_sequence_privilege(c.oid, 'USAGE, SELECT') END) AS hidden_sequences,
       (SELECT count(*) FROM pg_class c
         WHERE CASE WHEN c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = ANY (ARRAY(SELECT n.oid FROM seen n))
                    THEN NOT has_table_privilege(c.oid, 'SELECT') END
           AND NOT EXISTS (SELECT FROM pg_depend e
                            WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')) AS hidden_tables,
       (SELECT string_agg(c.oid::regclass::text, E'\n' ORDER BY c.relname) FROM pg_class c
         WHERE CASE WHEN c.relrowsecurity AND c.relnamespace = ANY (ARRAY(SELECT n.oid FROM seen n))
                    THEN row_security_active(c.oid) END) AS filtered_tables,
       (SELECT count(*) FROM pg_proc p
         WHERE CASE WHEN p.pronamespace = ANY (ARRAY(SELECT n.oid FROM seen n)) THEN NOT has_function_privilege(p.oid, 'EXECUTE') END
           AND NOT EXISTS (SELECT FROM pg_depend e
                            WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')) AS hidden_functions;
