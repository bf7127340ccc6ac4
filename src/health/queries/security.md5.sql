-- Passwords kept as MD5, which a thief of the catalog can use as they are.
SELECT r.rolname::text AS object, NULL AS severity,
       format('the password of role %s is stored as MD5', r.rolname) AS what,
       format('set password_encryption to scram-sha-256, then give it a new password: \password %I in psql', r.rolname) AS cure
  FROM pg_authid r
 WHERE r.rolcanlogin AND r.rolpassword LIKE 'md5%'
