SET password_encryption = 'scram-sha-256';
ALTER ROLE app_md5 PASSWORD 'secret';
DROP ROLE app_md5;
