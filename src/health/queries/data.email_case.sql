-- Users whose e-mail addresses differ only in case or in blanks: two accounts of one person, or a way into another's.
SELECT 'user ' || min(u.id) AS object, NULL AS severity,
       format('users %s have one e-mail address, but for case and blanks', string_agg(u.id::text, ', ' ORDER BY u.id)) AS what,
       'decide which account stays, and write its address in lower case' AS cure
  FROM spree_users u
 WHERE u.email IS NOT NULL
 GROUP BY lower(btrim(u.email))
HAVING count(*) > 1
