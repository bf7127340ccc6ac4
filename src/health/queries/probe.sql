-- What this role may see, where it is, and since when statistics are kept: what every check stands on.
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
       coalesce((SELECT array_agg(n.oid) FROM pg_namespace n
                  WHERE n.nspname = ANY (current_schemas(false))
                    AND n.nspname <> 'hangmeas' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'),
                '{}') AS scope,
       (SELECT extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time()))::bigint
          FROM pg_stat_database d WHERE d.datname = current_database()) AS stats_age,
       (SELECT count(*) FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY (current_schemas(false))
         WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND CASE c.relkind WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'USAGE, SELECT') END) AS hidden_sequences,
       (SELECT count(*) FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY (current_schemas(false))
         WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND n.nspname <> 'hangmeas' AND NOT has_table_privilege(c.oid, 'SELECT')) AS hidden_tables,
       (SELECT string_agg(extname, ',') FROM pg_extension) AS extensions;
