DELETE FROM spree_users WHERE email = 'Sok@example.com';
