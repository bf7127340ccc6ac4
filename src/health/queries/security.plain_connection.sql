-- Connections over a network without TLS: this one, and those of others.
SELECT format('%s of %s', coalesce(nullif(a.application_name, ''), 'a session'), a.usename) AS object, NULL AS severity,
       format('%s sessions of %s come from %s without TLS', count(*), a.usename, host(a.client_addr)) AS what,
       'set ssl = on on the server, hostssl in pg_hba.conf, and sslmode=verify-full in the connection' AS cure
  FROM pg_stat_ssl s
  JOIN pg_stat_activity a ON a.pid = s.pid
 WHERE NOT s.ssl AND a.client_addr IS NOT NULL AND a.datname = current_database() AND a.backend_type = 'client backend'
   AND NOT (a.client_addr <<= '127.0.0.0/8'::inet OR a.client_addr = '::1'::inet)
 GROUP BY a.application_name, a.usename, a.client_addr
