-- No two users have the same referral code.
-- Cure: Decide whose code it is, by the users who came with it, and give the others a new one.
SELECT 'referral code ' || u.referral_code AS object,
       format('is that of %s users: %s', COUNT(*), left(string_agg(u.id::text, ', ' ORDER BY u.id), 60)) AS problem
  FROM spree_users u
 WHERE u.referral_code <> ''
 GROUP BY u.referral_code
HAVING COUNT(*) > 1
