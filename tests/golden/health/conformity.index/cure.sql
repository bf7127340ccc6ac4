-- printed
DROP INDEX CONCURRENTLY index_artists_on_genre; CREATE INDEX CONCURRENTLY index_artists_on_genre ON artists USING btree (genre);
ALTER INDEX verified_artists RENAME TO index_artists_on_verified;
CREATE INDEX CONCURRENTLY idx_paid_votes_created_at ON xfactor_votes USING btree (created_at) WHERE vote_type::text = 'paid'::text;
