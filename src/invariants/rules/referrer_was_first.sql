-- Nobody is referred by someone who joined later, nor by themselves.
-- Cure: Find which of the two joined earlier; empty referred_by_id where the referral cannot be.
SELECT 'user ' || u.id AS object,
       format('joined %s, referred by user %s who joined %s', u.created_at, r.id, r.created_at) AS problem
  FROM spree_users u
  JOIN spree_users r ON r.id = u.referred_by_id
 WHERE r.created_at > u.created_at OR r.id = u.id
