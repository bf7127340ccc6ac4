-- protected
SET password_encryption = 'md5';
CREATE ROLE app_md5 LOGIN PASSWORD 'secret';
