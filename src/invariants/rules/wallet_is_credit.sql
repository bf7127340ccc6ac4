-- What a user's wallet holds at the end is what the user's store credits have left.
-- Cure: Find the store credit without a movement, or the movement without a credit, and write the missing one.
SELECT format('user %s, %s', t.user_id, t.currency) AS object,
       format('the wallet ends with %s, the store credits have %s left', t.balance_after, COALESCE(c.left_over, 0)) AS problem
  FROM (SELECT DISTINCT ON (user_id, currency) user_id, currency, balance_after
          FROM wallet_transactions
         WHERE balance_after IS NOT NULL
         ORDER BY user_id, currency, created_at DESC, id DESC) t
  LEFT JOIN (SELECT user_id, currency, SUM(amount - amount_used - amount_authorized) AS left_over
               FROM spree_store_credits
              WHERE deleted_at IS NULL AND expired IS NOT TRUE
              GROUP BY user_id, currency) c ON c.user_id = t.user_id AND c.currency = t.currency
 WHERE t.balance_after <> COALESCE(c.left_over, 0)
