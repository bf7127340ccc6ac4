-- Numbers of identity cards that look like numbers: nine to twelve digits. Only shares are told, never a value.
SELECT 'spree_users.id_card_number' AS object, NULL AS severity,
       format('%s %% of a sample of %s identity card numbers are readable', round(100.0 * plain / n), n) AS what,
       'encrypt the column in the application (encrypts :id_card_number, deterministic: true) and overwrite it' AS cure
  FROM (SELECT count(*) AS n, count(*) FILTER (WHERE id_card_number ~ '^[0-9 ]{9,14}$') AS plain
          FROM (SELECT id_card_number FROM spree_users WHERE id_card_number IS NOT NULL ORDER BY id DESC LIMIT 200) sample) counted
 WHERE plain > 0
