-- A user's referral_count is the number of users whom that user referred.
-- Cure: Compute the total anew from the rows, which are what happened; then find what writes one without the other.
SELECT 'user ' || u.id AS object,
       format('referral_count is %s, %s users were referred', u.referral_count, COALESCE(r.referred, 0)) AS problem,
       format('UPDATE spree_users SET referral_count = (SELECT count(*) FROM spree_users r WHERE r.referred_by_id = %1$s) WHERE id = %1$s', u.id) AS cure
  FROM spree_users u
  LEFT JOIN (SELECT referred_by_id, COUNT(*) AS referred FROM spree_users WHERE referred_by_id IS NOT NULL GROUP BY referred_by_id) r
         ON r.referred_by_id = u.id
 WHERE COALESCE(u.referral_count, 0) <> COALESCE(r.referred, 0)
