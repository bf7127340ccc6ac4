-- A paid invoice says when and how it was paid; an invoice belongs to the subscription's user.
-- Cure: Fill in when and how from the payment provider, or correct the status; an invoice goes to the user of its subscription.
SELECT 'invoice ' || i.number AS object,
       CASE WHEN s.user_id <> i.user_id THEN format('is for user %s, the subscription for user %s', i.user_id, s.user_id)
            ELSE format('is %s, paid_at is %s, payment_method is %s', i.status, COALESCE(i.paid_at::text, 'empty'),
                        COALESCE(NULLIF(i.payment_method, ''), 'empty')) END AS problem
  FROM subscription_invoices i
  JOIN user_subscriptions s ON s.id = i.subscription_id
 WHERE s.user_id <> i.user_id
    OR (i.status IN ('paid', 'refunded') AND i.paid_at IS NULL)
    OR (i.status IN ('pending', 'failed') AND i.paid_at IS NOT NULL)
    -- The method may be kept with the subscription.
    OR (i.status = 'paid' AND i.amount > 0 AND COALESCE(i.payment_method, '') = '' AND COALESCE(s.payment_method, '') = '')
