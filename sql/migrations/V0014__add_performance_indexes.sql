-- Partial, BRIN, GIN and trigram indexes over the tables of Hangmeas, and the extension pg_trgm.
--
-- Safe on a live shop: only tables that these migrations made are touched, no table of the shop. The extension is created
-- only if it is not there, and that is written down, so that the undo does not take it from a shop that had it.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE EXTENSION pg_trgm;
        INSERT INTO hangmeas.created_object (version, kind, name) VALUES (14, 'extension', 'pg_trgm');
    END IF;
END
$$;


-- The rows that are asked for most.
CREATE INDEX idx_paid_votes_created_at
    ON xfactor_votes (created_at)
    WHERE vote_type = 'paid';
CREATE INDEX idx_active_subscriptions_period_end
    ON user_subscriptions (current_period_end)
    WHERE status IN ('active', 'trial');

-- Long spans of time, over rows that arrive in the order of time.
CREATE INDEX idx_votes_created_at_brin
    ON xfactor_votes USING brin (created_at);
CREATE INDEX idx_loyalty_activities_created_at_brin
    ON loyalty_activities USING brin (created_at);

-- What a document contains.
CREATE INDEX index_xfactor_votes_on_metadata
    ON xfactor_votes USING gin (metadata);
CREATE INDEX index_wallet_transactions_on_metadata
    ON wallet_transactions USING gin (metadata);

-- Search by a part of a name, Khmer or Latin. Khmer needs a database whose LC_CTYPE is not C.
CREATE INDEX index_xfactor_contestants_on_name
    ON xfactor_contestants USING gin (name gin_trgm_ops);
CREATE INDEX idx_artists_name_trgm
    ON artists USING gin (name gin_trgm_ops);
