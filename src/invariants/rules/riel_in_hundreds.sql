-- Amounts in riel are whole hundreds: there are no smaller notes.
-- Cure: Round to hundreds with a movement that names the reason; then find what computes without rounding.
SELECT a.object, format('%s riel', a.amount) AS problem
  FROM (SELECT 'wallet movement ' || id AS object, amount FROM wallet_transactions WHERE currency = 'KHR'
        UNION ALL
        SELECT 'store credit ' || id, amount FROM spree_store_credits WHERE currency = 'KHR'
        UNION ALL
        SELECT 'invoice ' || id, amount FROM subscription_invoices WHERE currency = 'KHR'
        UNION ALL
        SELECT 'vote package ' || id, price FROM vote_packages WHERE currency = 'KHR'
        UNION ALL
        SELECT 'plan ' || id, price FROM subscription_plans WHERE currency = 'KHR') a
 WHERE a.amount % 100 <> 0
