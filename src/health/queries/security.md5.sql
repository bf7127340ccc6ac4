-- Passwords kept as MD5, which a thief of the catalog can use as they are.
SELECT r.rolname::text AS object, NULL AS severity,
       format('the password of role %s is stored as MD5', r.rolname) AS what,
       format('SET password_encryption = ''scram-sha-256'', then ALTER ROLE %I PASSWORD ''…''', r.rolname) AS cure
  FROM pg_authid r
 WHERE r.rolcanlogin AND r.rolpassword LIKE 'md5%'
