-- Connections against what the server allows to ordinary roles.
SELECT 'max_connections' AS object,
       CASE WHEN used.n >= 0.9 * room.n THEN 'error' END AS severity,
       format('%s of %s connections are in use', used.n, room.n) AS what,
       'lower the pools of the application, put PgBouncer in between, or raise max_connections' AS cure
  FROM (SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend') used,
       (SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
               - coalesce(current_setting('reserved_connections', true)::integer, 0) AS n) room
 WHERE used.n >= {connections} / 100.0 * room.n
