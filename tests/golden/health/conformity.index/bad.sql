DROP INDEX index_artists_on_genre;
CREATE INDEX index_artists_on_genre ON artists (country);
ALTER INDEX index_artists_on_verified RENAME TO verified_artists;
DROP INDEX idx_paid_votes_created_at;
