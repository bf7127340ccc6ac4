-- protected
INSERT INTO spree_users (email, id_card_number, created_at, updated_at) VALUES ('a@example.com', '012345678', now(), now());
