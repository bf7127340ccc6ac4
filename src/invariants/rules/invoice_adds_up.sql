-- An invoice is the sum of its items, where all of these state an amount and none a tax or a discount beside it.
-- Cure: Correct the amount, or write the item that is missing; what was paid too much goes back to the user.
SELECT 'invoice ' || i.number AS object,
       format('is over %s, its items add up to %s', i.amount, s.total) AS problem
  FROM subscription_invoices i
 CROSS JOIN LATERAL (
       SELECT SUM(amount) AS total, SUM(amount * times) AS multiplied, COUNT(*) = COUNT(amount) AS stated
         FROM (SELECT CASE WHEN jsonb_typeof(item -> 'amount') = 'number'
                            AND lower(COALESCE(item ->> 'currency', i.currency)) IS NOT DISTINCT FROM lower(i.currency)
                           THEN (item ->> 'amount')::numeric END AS amount,
                      CASE WHEN jsonb_typeof(item -> 'quantity') = 'number' THEN (item ->> 'quantity')::numeric ELSE 1 END AS times
                 FROM jsonb_array_elements(CASE WHEN jsonb_typeof(i.line_items) = 'array' THEN i.line_items END) AS item) x) s
 -- Some write cents, and some the price of one piece.
 WHERE s.stated AND i.amount NOT IN (s.total, s.total / 100, s.multiplied, s.multiplied / 100)
   AND i.line_items::text !~* '(tax|vat|fee|discount|coupon)'
