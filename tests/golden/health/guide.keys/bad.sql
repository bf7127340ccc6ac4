ALTER TABLE sms_vote_logs DROP CONSTRAINT fk_rails_5a12be669f;
