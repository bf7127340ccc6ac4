-- printed
DROP POLICY own_rows ON achievements;
DROP TRIGGER audits ON artists;
ALTER TABLE artists_2025 NO INHERIT artists;
DROP ROUTINE calculate_user_ltv(integer);
DROP RULE copies ON spree_users;
DROP TRIGGER changes ON wallet_transactions;
DROP RULE no_deletes ON xfactor_votes;
