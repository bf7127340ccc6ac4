INSERT INTO spree_users (email, created_at, updated_at) VALUES ('Sok@example.com', now(), now()), ('sok@example.com', now(), now()), ('dara@example.com', now(), now());
