-- The limits on connections that hold for this role in database $database: each in words, and how many are left. Superusers
-- may take the reserved ones and are not limited otherwise. Sessions of others are counted without the right to see more.
WITH me AS (
    SELECT oid, rolname, rolsuper, rolconnlimit FROM pg_roles WHERE rolname = current_user
), client AS (
    SELECT usesysid, datname FROM pg_stat_activity
     WHERE usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
), ceiling AS (
    SELECT 1 AS n, 'max_connections is ' || current_setting('max_connections') AS what,
           current_setting('max_connections')::int AS most,
           CASE WHEN rolsuper THEN 0
                ELSE current_setting('superuser_reserved_connections')::int
                     + coalesce(current_setting('reserved_connections', true), '0')::int END AS reserved,
           (SELECT count(*) FROM client) AS used
      FROM me
    UNION ALL
    SELECT 2, format('role %I has CONNECTION LIMIT %s', rolname, rolconnlimit), rolconnlimit, 0,
           (SELECT count(*) FROM client WHERE usesysid = me.oid)
      FROM me
     WHERE rolconnlimit >= 0 AND NOT rolsuper
    UNION ALL
    SELECT 3, format('database %I has CONNECTION LIMIT %s', d.datname, d.datconnlimit), d.datconnlimit, 0,
           (SELECT count(*) FROM client WHERE client.datname = d.datname)
      FROM pg_database d, me
     WHERE d.datname = $database AND d.datconnlimit >= 0 AND NOT me.rolsuper
)
SELECT what || CASE WHEN reserved > 0 THEN format(', %s of them reserved', reserved) ELSE '' END || format(', %s in use', used),
       greatest(most - reserved - used, 0)
  FROM ceiling
 ORDER BY n
