-- How far the oldest row is from the point where PostgreSQL stops to protect itself (2^31 transactions).
SELECT d.datname::text AS object,
       CASE WHEN d.age > 1600000000 THEN 'error' END AS severity,
       format('the oldest transaction of database %s is %s transactions back, %s %% of the way to a forced stop', d.datname, d.age,
              round(100.0 * d.age / 2147483648)) AS what,
       CASE WHEN d.datname = current_database() THEN 'VACUUM (FREEZE)' ELSE 'vacuumdb --freeze ' || quote_ident(d.datname) END AS cure
  FROM (SELECT datname, greatest(age(datfrozenxid), mxid_age(datminmxid))::bigint AS age FROM pg_database WHERE datallowconn) d
 WHERE d.age > {transaction_age}
