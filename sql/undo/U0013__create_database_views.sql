-- Drops the views and the function; they hold nothing of their own.

DROP FUNCTION calculate_user_ltv(bigint);
DROP MATERIALIZED VIEW user_analytics;
DROP VIEW voting_statistics;
DROP VIEW user_wallet_balances;
