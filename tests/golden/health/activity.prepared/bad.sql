-- mask: numbers
-- thresholds: prepared=0
BEGIN;
INSERT INTO artists (name, created_at, updated_at) VALUES ('a', now(), now());
PREPARE TRANSACTION 'forgotten';
