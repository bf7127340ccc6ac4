ALTER TABLE xfactor_votes DROP CONSTRAINT chk_xfactor_votes_vote_count;
ALTER TABLE xfactor_votes ADD CONSTRAINT chk_xfactor_votes_vote_count CHECK (vote_count >= 0);
ALTER TABLE wallet_transactions DROP CONSTRAINT fk_rails_fa63a15265;
ALTER TABLE vote_packages RENAME CONSTRAINT chk_vote_packages_price TO price_is_positive;
ALTER TABLE event_seats DISABLE TRIGGER ALL;
