-- Who is checked in has a seat of that event in that order, and comes no more often than there are seats.
-- Cure: Point the check-in to the order and line item of the ticket that was shown, or delete it when it was a trial.
SELECT 'check-in ' || k.id AS object,
       CASE WHEN l.order_id IS DISTINCT FROM k.order_id THEN format('line item %s is not of order %s', k.line_item_id, k.order_id)
            WHEN o.user_id IS DISTINCT FROM k.user_id THEN format('order %s is not of user %s', k.order_id, k.user_id)
            ELSE format('line item %s has no seat of product %s', k.line_item_id, k.product_id) END AS problem
  FROM event_checkins k
  JOIN spree_line_items l ON l.id = k.line_item_id
  JOIN spree_orders o ON o.id = k.order_id
 WHERE l.order_id IS DISTINCT FROM k.order_id
    OR (k.user_id IS NOT NULL AND o.user_id IS DISTINCT FROM k.user_id)
    OR (EXISTS (SELECT FROM event_seats s WHERE s.product_id = k.product_id)
        AND NOT EXISTS (SELECT FROM event_seats s WHERE s.line_item_id = k.line_item_id AND s.product_id = k.product_id))
UNION ALL
SELECT 'line item ' || k.line_item_id, format('%s check-ins for a quantity of %s', k.times, l.quantity)
  FROM (SELECT line_item_id, COUNT(*) AS times FROM event_checkins GROUP BY line_item_id) k
  JOIN spree_line_items l ON l.id = k.line_item_id
 WHERE k.times > l.quantity
