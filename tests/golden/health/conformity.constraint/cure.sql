-- printed
ALTER TABLE event_seats DROP CONSTRAINT fk_rails_0e4e3cb058; ALTER TABLE event_seats ADD CONSTRAINT fk_rails_0e4e3cb058 FOREIGN KEY (line_item_id) REFERENCES spree_line_items(id) NOT VALID; ALTER TABLE event_seats VALIDATE CONSTRAINT fk_rails_0e4e3cb058;
ALTER TABLE event_seats DROP CONSTRAINT fk_rails_4ffa2a194c; ALTER TABLE event_seats ADD CONSTRAINT fk_rails_4ffa2a194c FOREIGN KEY (product_id) REFERENCES spree_products(id) NOT VALID; ALTER TABLE event_seats VALIDATE CONSTRAINT fk_rails_4ffa2a194c;
ALTER TABLE wallet_transactions ADD CONSTRAINT fk_rails_fa63a15265 FOREIGN KEY (store_credit_id) REFERENCES spree_store_credits(id) NOT VALID; ALTER TABLE wallet_transactions VALIDATE CONSTRAINT fk_rails_fa63a15265;
ALTER TABLE vote_packages RENAME CONSTRAINT price_is_positive TO chk_vote_packages_price;
ALTER TABLE xfactor_votes DROP CONSTRAINT chk_xfactor_votes_vote_count; ALTER TABLE xfactor_votes ADD CONSTRAINT chk_xfactor_votes_vote_count CHECK (vote_count > 0) NOT VALID; ALTER TABLE xfactor_votes VALIDATE CONSTRAINT chk_xfactor_votes_vote_count;
