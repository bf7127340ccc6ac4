-- A movement begins where the one before it, of the same user and currency, ended.
-- Cure: Find the movement that is missing, doubled or of the wrong time; then correct the balances from there on, in one transaction.
SELECT 'wallet movement ' || t.id AS object,
       format('user %s, %s: begins with %s, the one before ended with %s', t.user_id, t.currency, t.balance_before, t.ended) AS problem
  FROM (SELECT id, user_id, currency, balance_before,
               LAG(balance_after, 1, 0.0) OVER (PARTITION BY user_id, currency ORDER BY created_at, id) AS ended
          FROM wallet_transactions
         WHERE balance_after IS NOT NULL) t
 WHERE t.balance_before <> t.ended
