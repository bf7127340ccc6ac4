-- The tickets sold of an event with seats are its sold seats, and no more than the venue holds.
SELECT 'product ' || p.id AS object,
       format('tickets_sold is %s, %s seats are sold, the venue holds %s', p.tickets_sold, s.sold, p.venue_capacity) AS problem
  FROM spree_products p
  JOIN (SELECT product_id, COUNT(*) AS seats, COUNT(*) FILTER (WHERE status = 'sold') AS sold
          FROM event_seats GROUP BY product_id) s ON s.product_id = p.id
 WHERE COALESCE(p.tickets_sold, 0) <> s.sold OR s.seats > p.venue_capacity
