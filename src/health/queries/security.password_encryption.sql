-- The way in which the next password will be kept.
SELECT 'password_encryption' AS object, NULL AS severity,
       'password_encryption is md5: new passwords are stored in a form that a thief can use' AS what,
       'ALTER SYSTEM SET password_encryption = ''scram-sha-256''; SELECT pg_reload_conf()' AS cure
 WHERE current_setting('password_encryption') IN ('md5', 'on')
