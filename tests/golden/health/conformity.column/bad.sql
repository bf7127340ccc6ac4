ALTER TABLE artists DROP COLUMN genre;
ALTER TABLE artists ALTER COLUMN followers_count TYPE bigint;
ALTER TABLE artists ALTER COLUMN verified DROP DEFAULT;
ALTER TABLE vote_packages ALTER COLUMN sku DROP NOT NULL;
ALTER TABLE spree_products RENAME COLUMN event_status TO state_of_event;
