-- Settings that were changed and wait for a restart; not those that the command line of the server overrides anyway.
SELECT s.name::text AS object, NULL AS severity,
       format('%s was changed and takes effect at the next restart', s.name) AS what,
       format('restart the server, or set it back to %s', s.setting) AS cure
  FROM pg_settings s
 WHERE s.pending_restart
   AND s.source <> 'command line'
