-- Balances of wallets, statistics of votes, analytics of users, and the lifetime value of a user.
--
-- Safe on a live shop: everything here only reads the tables of the shop, under the lock of any SELECT. The materialized
-- view is made WITH DATA: filling it scans users, orders and credits once, which blocks neither readers nor writers, while
-- WITH NO DATA would leave a view that fails on every SELECT and that cannot be refreshed CONCURRENTLY the first time.


-- What a user can spend, per currency: what is left of the credits that are neither deleted nor expired.
CREATE VIEW user_wallet_balances AS
SELECT user_id,
       currency,
       SUM(amount - amount_used - amount_authorized) AS balance,
       COUNT(*)                                      AS transaction_count,
       MAX(created_at)                               AS last_transaction_at
  FROM spree_store_credits
 WHERE deleted_at IS NULL
   AND expired IS NOT TRUE
   AND (expires_at IS NULL OR expires_at > now() AT TIME ZONE 'UTC')
 GROUP BY user_id, currency
HAVING SUM(amount - amount_used - amount_authorized) > 0;


-- Votes per contestant and episode; a contestant without votes has one row without an episode. Votes are added up per voter
-- first, so that voters are counted without sorting all votes, and a filter on contestant or episode reaches the index.
CREATE VIEW voting_statistics AS
WITH by_voter AS (
    SELECT contestant_id,
           episode_id,
           user_id,
           SUM(vote_count)                                             AS total_votes,
           SUM(CASE WHEN vote_type = 'free' THEN vote_count ELSE 0 END) AS free_votes,
           SUM(CASE WHEN vote_type = 'paid' THEN vote_count ELSE 0 END) AS paid_votes,
           SUM(CASE WHEN vote_type = 'sms'  THEN vote_count ELSE 0 END) AS sms_votes
      FROM xfactor_votes
     GROUP BY contestant_id, episode_id, user_id
), by_episode AS (
    SELECT contestant_id,
           episode_id,
           COUNT(*)                 AS unique_voters,
           SUM(total_votes)::bigint AS total_votes,
           SUM(free_votes)::bigint  AS free_votes,
           SUM(paid_votes)::bigint  AS paid_votes,
           SUM(sms_votes)::bigint   AS sms_votes
      FROM by_voter
     GROUP BY contestant_id, episode_id
)
SELECT c.id                                                       AS contestant_id,
       c.name                                                     AS contestant_name,
       e.id                                                       AS episode_id,
       e.episode_number,
       COALESCE(v.unique_voters, 0)                               AS unique_voters,
       v.total_votes,
       CASE WHEN v.contestant_id IS NULL THEN 0 ELSE v.free_votes END AS free_votes,
       CASE WHEN v.contestant_id IS NULL THEN 0 ELSE v.paid_votes END AS paid_votes,
       CASE WHEN v.contestant_id IS NULL THEN 0 ELSE v.sms_votes  END AS sms_votes
  FROM xfactor_contestants c
  LEFT JOIN by_episode       v ON v.contestant_id = c.id
  LEFT JOIN xfactor_episodes e ON e.id = v.episode_id;


-- One row per user. Each source is added up once, on its own, before the join: nothing multiplies, and a refresh reads every
-- table once. total_votes_cast is empty for a user who never voted.
CREATE MATERIALIZED VIEW user_analytics AS
SELECT u.id,
       u.email,
       u.phone_number,
       u.loyalty_tier,
       u.loyalty_points,
       u.total_spent,
       COALESCE(o.order_count, 0)          AS order_count,
       COALESCE(v.vote_count, 0)           AS vote_count,
       v.total_votes_cast,
       COALESCE(sc.wallet_transactions, 0) AS wallet_transactions,
       u.created_at                        AS member_since,
       u.last_active_at
  FROM spree_users u
  LEFT JOIN (
       SELECT user_id, COUNT(*) AS order_count
         FROM spree_orders
        WHERE state = 'complete'
        GROUP BY user_id
       ) o ON o.user_id = u.id
  LEFT JOIN (
       SELECT user_id, COUNT(*) AS vote_count, SUM(vote_count) AS total_votes_cast
         FROM xfactor_votes
        GROUP BY user_id
       ) v ON v.user_id = u.id
  LEFT JOIN (
       SELECT user_id, COUNT(*) AS wallet_transactions
         FROM spree_store_credits
        GROUP BY user_id
       ) sc ON sc.user_id = u.id
  WITH DATA;

-- Unique, so that REFRESH MATERIALIZED VIEW CONCURRENTLY works.
CREATE UNIQUE INDEX idx_user_analytics_id ON user_analytics (id);
CREATE INDEX idx_user_analytics_loyalty_tier ON user_analytics (loyalty_tier);
CREATE INDEX idx_user_analytics_total_spent ON user_analytics (total_spent);


-- What a user has paid so far: complete orders, paid invoices, paid votes. One row always, zeros for an unknown user. The
-- parameter keeps its name, so it is written in full where it would meet a column.
CREATE FUNCTION calculate_user_ltv(user_id bigint)
RETURNS TABLE (
    total_orders        numeric,
    total_subscriptions numeric,
    total_votes         numeric,
    total_ltv           numeric
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
AS $$
    SELECT paid.orders,
           paid.subscriptions,
           paid.votes,
           paid.orders + paid.subscriptions + paid.votes
      FROM (
        SELECT (SELECT COALESCE(SUM(o.total), 0)
                  FROM spree_orders o
                 WHERE o.user_id = calculate_user_ltv.user_id
                   AND o.state = 'complete') AS orders,
               (SELECT COALESCE(SUM(si.amount), 0)
                  FROM subscription_invoices si
                 WHERE si.user_id = calculate_user_ltv.user_id
                   AND si.status = 'paid') AS subscriptions,
               (SELECT COALESCE(SUM(v.amount_paid), 0)
                  FROM xfactor_votes v
                 WHERE v.user_id = calculate_user_ltv.user_id
                   AND v.vote_type = 'paid') AS votes
      ) paid
$$;
