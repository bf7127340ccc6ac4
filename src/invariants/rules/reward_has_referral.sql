-- A reward is for a referral that took place.
-- Cure: Correct referred_by_id of the user when the referral took place; otherwise take the reward back.
SELECT 'referral reward ' || w.id AS object,
       format('user %s was not referred by user %s', w.referred_id, w.referrer_id) AS problem
  FROM referral_rewards w
  JOIN spree_users u ON u.id = w.referred_id
 WHERE u.referred_by_id IS DISTINCT FROM w.referrer_id
