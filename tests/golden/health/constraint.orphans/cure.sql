-- printed
UPDATE guest SET section = NULL, row = NULL WHERE (section IS NOT NULL OR row IS NOT NULL) AND NOT EXISTS (SELECT FROM hall p WHERE p.section = guest.section AND p.row = guest.row);
DELETE FROM lid WHERE NOT EXISTS (SELECT FROM artists p WHERE p.id = lid.artist_id);
UPDATE shelf SET artist_id = NULL WHERE artist_id IS NOT NULL AND NOT EXISTS (SELECT FROM artists p WHERE p.id = shelf.artist_id);
UPDATE spree_orders SET user_id = NULL WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT FROM spree_users p WHERE p.id = spree_orders.user_id);
UPDATE ticket SET row = NULL WHERE row IS NOT NULL AND NOT EXISTS (SELECT FROM hall p WHERE p.section = ticket.section AND p.row = ticket.row);
