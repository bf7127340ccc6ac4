-- The sum of the configured pools against what the server allows.
SELECT 'pool' AS object, NULL AS severity,
       format('the configured pool is %s connections per process; the server allows %s in all, so %s processes can connect fully',
              {pool}, room.n, room.n / greatest({pool}, 1)) AS what,
       'lower the pool, put PgBouncer in between, or raise max_connections' AS cure
  FROM (SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS n) room
 WHERE {pool} * 2 > room.n
