-- Drops these indexes, and the extension pg_trgm if the migration created it. It stays, with a warning, when something that
-- was made since uses it.

DROP INDEX
    idx_paid_votes_created_at,
    idx_active_subscriptions_period_end,
    idx_votes_created_at_brin,
    idx_loyalty_activities_created_at_brin,
    index_xfactor_votes_on_metadata,
    index_wallet_transactions_on_metadata,
    index_xfactor_contestants_on_name,
    idx_artists_name_trgm;

DO $$
BEGIN
    IF EXISTS (SELECT FROM hangmeas.created_object WHERE version = 14 AND kind = 'extension' AND name = 'pg_trgm') THEN
        BEGIN
            DROP EXTENSION IF EXISTS pg_trgm;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE WARNING 'the extension pg_trgm stays: %', SQLERRM
                USING DETAIL = 'Something that was made after the migration uses it.';
        END;
        DELETE FROM hangmeas.created_object WHERE version = 14 AND kind = 'extension' AND name = 'pg_trgm';
    END IF;
END
$$;
