-- thresholds: analytics_age=0
INSERT INTO spree_users (email, created_at, updated_at)
VALUES ('sok@example.com', '2026-01-01', '2026-01-01');
