-- A sold seat belongs to a line item, which has as many seats as its quantity; no other seat does.
-- Cure: Set the seat to the state of its order: sold with its line item, or available without one.
SELECT 'seat ' || s.id AS object,
       format('is %s, with %s', s.status, COALESCE('line item ' || s.line_item_id, 'no line item')) AS problem
  FROM event_seats s
 WHERE (s.status = 'sold') <> (s.line_item_id IS NOT NULL)
UNION ALL
SELECT 'line item ' || l.id, format('has %s seats for a quantity of %s', s.seats, l.quantity)
  FROM (SELECT line_item_id, COUNT(*) AS seats FROM event_seats WHERE line_item_id IS NOT NULL GROUP BY line_item_id) s
  JOIN spree_line_items l ON l.id = s.line_item_id
 WHERE l.quantity <> s.seats
