-- printed
DO $restore$ BEGIN
    ALTER TABLE artists ALTER COLUMN followers_count DROP DEFAULT, ALTER COLUMN followers_count TYPE integer USING followers_count::integer, ALTER COLUMN followers_count SET DEFAULT 0;
EXCEPTION WHEN data_exception OR undefined_function OR datatype_mismatch THEN
    RAISE WARNING 'artists.followers_count stays bigint: %', SQLERRM;
END $restore$;
ALTER TABLE artists ADD COLUMN genre character varying;
ALTER TABLE artists ALTER COLUMN verified SET DEFAULT false;
ALTER TABLE spree_products RENAME COLUMN state_of_event TO event_status;
ALTER TABLE vote_packages ALTER COLUMN sku SET NOT NULL;
