-- printed
ALTER TABLE wallet_transactions ADD CONSTRAINT fk_rails_fa63a15265 FOREIGN KEY (store_credit_id) REFERENCES spree_store_credits(id) NOT VALID; ALTER TABLE wallet_transactions VALIDATE CONSTRAINT fk_rails_fa63a15265;
ALTER TABLE vote_packages RENAME CONSTRAINT price_is_positive TO chk_vote_packages_price;
ALTER TABLE xfactor_votes DROP CONSTRAINT chk_xfactor_votes_vote_count; ALTER TABLE xfactor_votes ADD CONSTRAINT chk_xfactor_votes_vote_count CHECK (vote_count > 0) NOT VALID; ALTER TABLE xfactor_votes VALIDATE CONSTRAINT chk_xfactor_votes_vote_count;
