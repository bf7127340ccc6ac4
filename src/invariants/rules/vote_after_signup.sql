-- Nobody votes before signing up.
-- Cure: Find which of the two times is wrong, mostly the user's, from an import, and correct it.
SELECT 'vote ' || v.id AS object,
       format('cast at %s, user %s signed up at %s', v.created_at, u.id, u.created_at) AS problem
  FROM xfactor_votes v
  JOIN spree_users u ON u.id = v.user_id
 WHERE v.created_at < u.created_at
