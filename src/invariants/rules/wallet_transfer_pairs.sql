-- A transfer is two movements that cancel out: one out, one in, of two users in one currency.
-- Cure: Write the movement that is missing, or turn the lone one back with a movement of its own.
SELECT 'transfer ' || (t.metadata ->> 'transfer') AS object,
       format('%s movements of %s users that add up to %s', COUNT(*), COUNT(DISTINCT t.user_id), SUM(t.amount)) AS problem
  FROM wallet_transactions t
 WHERE t.transaction_type IN ('transfer_in', 'transfer_out')
   AND t.metadata ? 'transfer'
 GROUP BY t.metadata ->> 'transfer', t.currency
HAVING COUNT(*) <> 2 OR COUNT(DISTINCT t.user_id) <> 2 OR SUM(t.amount) <> 0
