GRANT SELECT, UPDATE ON wallet_transactions TO PUBLIC;
