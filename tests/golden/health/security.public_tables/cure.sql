-- printed
REVOKE ALL ON wallet_transactions FROM PUBLIC;
