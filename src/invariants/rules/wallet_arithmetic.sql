-- A completed movement leaves what was there plus its amount; another leaves what was there. Never less than nothing.
-- Cure: Correct the balances of the movement, and of those after it, in one transaction; money is never deleted from the ledger.
SELECT 'wallet movement ' || t.id AS object,
       format('%s: %s and %s give %s', t.status, t.balance_before, t.amount, t.balance_after) AS problem
  FROM wallet_transactions t
 WHERE t.balance_after <> t.balance_before + CASE WHEN t.status = 'completed' THEN t.amount ELSE 0 END
    OR t.balance_before < 0
    OR t.balance_after < 0
