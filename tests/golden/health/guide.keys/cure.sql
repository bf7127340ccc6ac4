-- printed
ALTER TABLE sms_vote_logs ADD CONSTRAINT fk_rails_5a12be669f FOREIGN KEY (vote_id) REFERENCES xfactor_votes(id) NOT VALID; ALTER TABLE sms_vote_logs VALIDATE CONSTRAINT fk_rails_5a12be669f;
