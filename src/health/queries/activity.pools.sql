-- The sum of the configured pools, one per process of the application, against what the server allows.
SELECT 'pool' AS object, NULL AS severity,
       format('%s processes of the application with a pool of %s open up to %s connections; the server allows %s', {processes}, {pool},
              {processes} * {pool}, room.n) AS what,
       'lower the pool, put PgBouncer in between, or raise max_connections' AS cure
  FROM (SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
               - coalesce(current_setting('reserved_connections', true)::integer, 0) AS n) room
 WHERE {processes}::bigint * {pool} > room.n
