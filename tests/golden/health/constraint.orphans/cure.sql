-- One of the two ways that are printed, for each.
UPDATE spree_orders SET user_id = NULL WHERE NOT EXISTS (SELECT FROM spree_users p WHERE p.id = spree_orders.user_id);
DELETE FROM shelf WHERE NOT EXISTS (SELECT FROM artists p WHERE p.id = shelf.artist_id);
