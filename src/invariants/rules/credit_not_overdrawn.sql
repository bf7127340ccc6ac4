-- No more of a store credit is used or authorised than it holds.
-- Cure: Void the authorisation that is too much, or correct amount_used from the payments that used the credit.
SELECT 'store credit ' || c.id AS object,
       format('holds %s, %s used and %s authorised', c.amount, c.amount_used, c.amount_authorized) AS problem
  FROM spree_store_credits c
 WHERE c.deleted_at IS NULL
   AND (c.amount_used + c.amount_authorized > c.amount OR c.amount_used < 0 OR c.amount_authorized < 0)
