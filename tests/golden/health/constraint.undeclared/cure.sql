-- printed
ALTER TABLE sms_vote_logs ADD CONSTRAINT sms_vote_logs_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES artists (id) NOT VALID; ALTER TABLE sms_vote_logs VALIDATE CONSTRAINT sms_vote_logs_artist_id_fkey;
ALTER TABLE sms_vote_logs ADD CONSTRAINT sms_vote_logs_order_id_fkey FOREIGN KEY (order_id) REFERENCES spree_orders (id) NOT VALID; ALTER TABLE sms_vote_logs VALIDATE CONSTRAINT sms_vote_logs_order_id_fkey;
