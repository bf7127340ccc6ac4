-- No two users have the same phone, however it is written: 012 345 678, +855 12 345 678.
-- Cure: Decide which account keeps the number, and empty it in the others.
SELECT 'phone ' || n.phone AS object, format('is that of %s users: %s', COUNT(*), left(string_agg(n.id::text, ', ' ORDER BY n.id), 60)) AS problem
  FROM (SELECT id, regexp_replace(regexp_replace(phone_number, '[^0-9]', '', 'g'), '^(00855|855|0)', '') AS phone
          FROM spree_users WHERE phone_number <> '') n
 WHERE n.phone <> ''
 GROUP BY n.phone
HAVING COUNT(*) > 1
