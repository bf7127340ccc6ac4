INSERT INTO spree_users (id, email, created_at, updated_at) VALUES (1, 'a@example.com', now(), now());
INSERT INTO user_payment_methods (user_id, payment_type, encrypted_data, created_at, updated_at)
VALUES (1, 'card', '{"card_number": "4111111111111111"}', now(), now()), (1, 'card', '{"p": "b64:kJ2s+9A=="}', now(), now());
