-- Payment data that look readable in a column that holds encrypted data. Only shares are told, never a value.
SELECT 'user_payment_methods.encrypted_data' AS object, NULL AS severity,
       format('%s %% of a sample of %s rows hold readable numbers or the names of card fields; they must be encrypted',
              round(100.0 * plain / n), n) AS what,
       'encrypt the column in the application (encrypts :encrypted_data) and overwrite it' AS cure
  FROM (SELECT count(*) AS n,
               count(*) FILTER (WHERE encrypted_data::text ~ '\m\d{8,19}\M' OR encrypted_data::text ~* '"(card_?number|cvv|cvc|pan|account_?number)"') AS plain
          FROM (SELECT encrypted_data FROM user_payment_methods WHERE encrypted_data IS NOT NULL ORDER BY id DESC LIMIT 200) sample) counted
 WHERE plain > 0
