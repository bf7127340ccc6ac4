-- printed
CREATE UNIQUE INDEX CONCURRENTLY index_spree_users_on_phone_number ON spree_users USING btree (phone_number);
