INSERT INTO spree_users (email, pin_code, created_at, updated_at)
VALUES ('a@example.com', '1234', now(), now()), ('b@example.com', '$2a$12$abcdefghijklmnopqrstuv', now(), now());
