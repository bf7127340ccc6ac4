ALTER TABLE sms_vote_logs ADD COLUMN artist_id bigint;
ALTER TABLE sms_vote_logs ADD COLUMN order_id bigint;
ALTER TABLE sms_vote_logs ADD COLUMN season_type varchar, ADD COLUMN season_id bigint;
