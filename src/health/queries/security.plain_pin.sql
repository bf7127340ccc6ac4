-- PINs that look like PINs: four to six digits. Only shares are told, never a value.
SELECT 'spree_users.pin_code' AS object, NULL AS severity,
       format('%s %% of a sample of %s PINs are kept as four to six digits; they must be stored hashed', round(100.0 * plain / n), n) AS what,
       'hash the PINs in the application (bcrypt, has_secure_password :pin) and overwrite the column' AS cure
  FROM (SELECT count(*) AS n, count(*) FILTER (WHERE pin_code ~ '^\d{4,6}$') AS plain
          FROM (SELECT pin_code FROM spree_users WHERE pin_code IS NOT NULL ORDER BY id DESC LIMIT 200) sample) counted
 WHERE plain > 0
