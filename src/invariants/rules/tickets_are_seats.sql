-- The tickets sold of an event with seats are its sold seats, and no more than the venue holds.
-- Cure: Count the sold seats anew; where there are more seats than the venue holds, correct the venue's capacity or take seats away.
SELECT 'product ' || p.id AS object,
       format('tickets_sold is %s, %s seats are sold, the venue holds %s', p.tickets_sold, s.sold, p.venue_capacity) AS problem,
       CASE WHEN COALESCE(p.tickets_sold, 0) <> s.sold THEN format('UPDATE spree_products SET tickets_sold = (SELECT count(*) FROM event_seats WHERE product_id = %1$s AND status = ''sold'') WHERE id = %1$s', p.id) END AS cure
  FROM spree_products p
  JOIN (SELECT product_id, COUNT(*) AS seats, COUNT(*) FILTER (WHERE status = 'sold') AS sold
          FROM event_seats GROUP BY product_id) s ON s.product_id = p.id
 WHERE COALESCE(p.tickets_sold, 0) <> s.sold OR s.seats > p.venue_capacity
