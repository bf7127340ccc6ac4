-- Every movement, whatever its status, leaves what was there plus its amount, and never less than nothing.
-- Cure: Correct the balances of the movement, and of those after it, in one transaction; money is never deleted from the ledger. One that failed or waits has moved nothing: give it the amount 0, or no balances, and keep what was asked for in its metadata.
SELECT 'wallet movement ' || t.id AS object,
       format('%s: %s and %s give %s', t.status, t.balance_before, t.amount, t.balance_after) AS problem
  FROM wallet_transactions t
 WHERE t.balance_after IS DISTINCT FROM t.balance_before + t.amount
    OR t.balance_before < 0
    OR t.balance_after < 0
